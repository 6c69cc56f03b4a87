import { DescribeManagedPrefixListsCommand, ModifyManagedPrefixListCommand, paginateGetManagedPrefixListEntries } from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { Transient } from '../platform/errors.ts';
import { createRepairer, refuseAction } from './repairer.ts';

/** Writes entries of managed prefix lists. */
export const handler = createRepairer('PrefixLists', async (action) => {
  if (action.kind !== 'set-prefix-list-entries') refuseAction(action);
  const { prefixListId } = action;
  const entries = await entriesOf(prefixListId);
  const add = action.add.filter((cidr) => !entries.has(cidr));
  const remove = action.remove.filter((cidr) => entries.has(cidr));
  if (add.length === 0 && remove.length === 0) return;
  const { PrefixLists = [] } = await ec2().send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [prefixListId] }));
  const { Version: version, State: state = '' } = PrefixLists[0] ?? {};
  if (state.endsWith('-in-progress')) throw new Transient(`The prefix list ${prefixListId} is ${state}.`);
  await ec2().send(
    new ModifyManagedPrefixListCommand({
      PrefixListId: prefixListId,
      // EC2 refuses the change if somebody else's came in between.
      CurrentVersion: version,
      ...(add.length === 0 ? {} : { AddEntries: add.map((Cidr) => ({ Cidr })) }),
      ...(remove.length === 0 ? {} : { RemoveEntries: remove.map((Cidr) => ({ Cidr })) }),
    }),
  );
});

async function entriesOf(prefixListId: string): Promise<Set<string>> {
  const entries = new Set<string>();
  for await (const { Entries = [] } of paginateGetManagedPrefixListEntries({ client: ec2() }, { PrefixListId: prefixListId })) {
    for (const { Cidr } of Entries) if (Cidr !== undefined) entries.add(Cidr);
  }
  return entries;
}
