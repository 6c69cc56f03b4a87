import type {
  AddPrefixListEntry,
  CreateManagedPrefixListCommandInput,
  CreateManagedPrefixListCommandOutput,
  DescribeManagedPrefixListsCommandInput,
  DescribeManagedPrefixListsCommandOutput,
  GetManagedPrefixListEntriesCommandInput,
  GetManagedPrefixListEntriesCommandOutput,
  ModifyManagedPrefixListCommandInput,
  ModifyManagedPrefixListCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { forNewTagged, onAnything, onResource } from './authorisation.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { tagsOfResource } from './network.ts';
import { ec2Page, upTo100 } from './pages.ts';
import { describePrefixList, noSuchPrefixList, type PrefixList, type PrefixListEntry } from './prefix-lists.ts';

const filters: FilterTable<PrefixList> = {
  'owner-id': ({ ownerId }) => ownerId,
  'prefix-list-id': ({ id }) => id,
  'prefix-list-name': ({ name }) => name,
};

/** Operations on managed prefix lists. */
export function prefixListOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeManagedPrefixLists: operation<DescribeManagedPrefixListsCommandInput, DescribeManagedPrefixListsCommandOutput>({
      authorise: onAnything('DescribeManagedPrefixLists'),
      execute: (input) => {
        const chosen = applyFilters(chooseByIds(account().ec2.prefixLists.all(), input.PrefixListIds, noSuchPrefixList), input.Filters, filters);
        const page = ec2Page(chosen, input, upTo100);
        return { PrefixLists: page.items.map((list) => describePrefixList(list, account())), NextToken: page.nextToken };
      },
    }),
    GetManagedPrefixListEntries: operation<GetManagedPrefixListEntriesCommandInput, GetManagedPrefixListEntriesCommandOutput>({
      authorise: (input) => [onPrefixList(account(), 'GetManagedPrefixListEntries', input.PrefixListId)],
      execute: (input) => {
        const page = ec2Page(entriesOf(account().ec2.prefixLists.find(input.PrefixListId), input.TargetVersion), input, upTo100);
        return { Entries: page.items.map(describeEntry), NextToken: page.nextToken };
      },
    }),
    CreateManagedPrefixList: operation<CreateManagedPrefixListCommandInput, CreateManagedPrefixListCommandOutput>({
      authorise: (input) => forNewTagged(account(), 'CreateManagedPrefixList', 'prefix-list', tagsOfResource(input.TagSpecifications, 'prefix-list')),
      execute: (input) => ({ PrefixList: describePrefixList(create(account(), input), account()) }),
    }),
    ModifyManagedPrefixList: operation<ModifyManagedPrefixListCommandInput, ModifyManagedPrefixListCommandOutput>({
      authorise: (input) => [onPrefixList(account(), 'ModifyManagedPrefixList', input.PrefixListId)],
      execute: (input) => {
        const list = account().ec2.prefixLists.modify(String(input.PrefixListId), {
          currentVersion: input.CurrentVersion,
          name: input.PrefixListName,
          maxEntries: input.MaxEntries,
          add: (input.AddEntries ?? []).map(entryFrom),
          remove: (input.RemoveEntries ?? []).map(({ Cidr }) => String(Cidr)),
        });
        return { PrefixList: describePrefixList(list, account()) };
      },
    }),
  };
}

/** Lists of AWS have an ARN whose account is `aws`. */
function onPrefixList(account: Account, action: string, id: string | undefined): AuthorisationRequest {
  const list = account.ec2.prefixLists.all().find((candidate) => candidate.id === id);
  const request = onResource(account, action, { type: 'prefix-list', id: String(id), tags: list?.tags ?? {} });
  return list?.ownerId === 'AWS' ? { ...request, resource: describePrefixList(list, account).PrefixListArn ?? request.resource } : request;
}

function create(account: Account, input: CreateManagedPrefixListCommandInput): PrefixList {
  const { AddressFamily: family, PrefixListName: name, MaxEntries: maxEntries } = input;
  if (family !== 'IPv4' && family !== 'IPv6') throw new AwsError('InvalidParameterValue', `The address family ${family} is neither IPv4 nor IPv6.`);
  if (name === undefined || maxEntries === undefined) throw new NotModelledError('CreateManagedPrefixList without PrefixListName or MaxEntries is not modelled.');
  const tags = tagsOfResource(input.TagSpecifications, 'prefix-list');
  return account.ec2.prefixLists.create({ name, maxEntries, addressFamily: family, entries: (input.Entries ?? []).map(entryFrom), tags });
}

function entryFrom({ Cidr, Description }: AddPrefixListEntry): PrefixListEntry {
  return { cidr: String(Cidr), description: Description };
}

function describeEntry({ cidr, description }: PrefixListEntry): { Cidr: string; Description?: string } {
  return { Cidr: cidr, ...(description === undefined ? {} : { Description: description }) };
}

function entriesOf(list: PrefixList, version = list.versions.length): PrefixListEntry[] {
  const entries = list.versions[version - 1];
  if (entries === undefined) throw new AwsError('InvalidParameterValue', `The prefix list ${list.id} has no version ${version}.`);
  return [...entries.values()];
}
