import type * as sdk from '@aws-sdk/client-iam';
import type { Random } from '../../kernel/random.ts';
import { isAwsManaged } from './aws-managed-policies.ts';
import { detailGroup, detailPolicy, detailRole, detailUser, findPolicy, type Sources } from './describe.ts';
import { validationError } from './errors.ts';
import { pageByMarker, pageSizeOf } from './paging.ts';
import type { Group, User } from './principals.ts';
import type { ManagedPolicy, Role } from './role.ts';

const filters = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

type Filter = (typeof filters)[number];

type Entry =
  | { readonly kind: 'User'; readonly value: User }
  | { readonly kind: 'Group'; readonly value: Group }
  | { readonly kind: 'Role'; readonly value: Role }
  | { readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly value: ManagedPolicy };

/** How often a page is shorter than asked though more is to come: drawn, as AWS only says that it happens. */
const shortPageShare = 0.1;

/** Answers `GetAccountAuthorizationDetails`: all kinds in one listing, cut into pages. */
export class AuthorizationDetails {
  readonly #sources: Sources;
  readonly #random: () => Random;
  /** The listing of the last filter: its pages are asked for one after the other. */
  #listing: { readonly key: string; readonly entries: readonly Entry[] } | undefined;

  constructor(sources: Sources, random: () => Random) {
    this.#sources = sources;
    this.#random = random;
  }

  /** One page, possibly shorter than `MaxItems`: only `IsTruncated` tells that there is more (API reference). */
  page(input: sdk.GetAccountAuthorizationDetailsCommandInput): Omit<sdk.GetAccountAuthorizationDetailsCommandOutput, '$metadata'> {
    const asked = pageSizeOf(input);
    const random = this.#random();
    const size = asked > 1 && random.next() < shortPageShare ? random.integer(Math.ceil(asked / 2), asked - 1) : asked;
    const { items, rest } = pageByMarker(this.#entries(input.Filter), input, size);
    const output = {
      UserDetailList: [] as sdk.UserDetail[],
      GroupDetailList: [] as sdk.GroupDetail[],
      RoleDetailList: [] as sdk.RoleDetail[],
      Policies: [] as sdk.ManagedPolicyDetail[],
    };
    for (const entry of items) this.#add(entry, output);
    return { ...output, ...rest };
  }

  #add(
    entry: Entry,
    output: { UserDetailList: sdk.UserDetail[]; GroupDetailList: sdk.GroupDetail[]; RoleDetailList: sdk.RoleDetail[]; Policies: sdk.ManagedPolicyDetail[] },
  ): void {
    switch (entry.kind) {
      case 'User':
        output.UserDetailList.push(detailUser(entry.value));
        return;
      case 'Group':
        output.GroupDetailList.push(detailGroup(entry.value));
        return;
      case 'Role':
        output.RoleDetailList.push(detailRole(entry.value, this.#sources));
        return;
      case 'LocalManagedPolicy':
      case 'AWSManagedPolicy':
        output.Policies.push(detailPolicy(entry.value, this.#sources));
    }
  }

  #entries(asked: readonly string[] | undefined): readonly Entry[] {
    const unknown = asked?.find((name) => !filters.some((filter) => filter === name));
    if (unknown !== undefined) {
      throw validationError(`Value '[${unknown}]' at 'filter' failed to satisfy constraint: Member must satisfy enum value set: [${filters.join(', ')}]`);
    }
    const wanted = filters.filter((filter) => asked === undefined || asked.length === 0 || asked.includes(filter));
    const key = `${this.#sources.directory.revision}/${wanted.join('/')}`;
    if (this.#listing?.key !== key) this.#listing = { key, entries: wanted.flatMap((filter) => this.#entriesOf(filter)) };
    return this.#listing.entries;
  }

  #entriesOf(kind: Filter): readonly Entry[] {
    const { directory, references } = this.#sources;
    const { user, group, role } = directory.holders;
    switch (kind) {
      case 'User':
        return user.list().map((value) => ({ kind, value }));
      case 'Group':
        return group.list().map((value) => ({ kind, value }));
      case 'Role':
        return role.list().map((value) => ({ kind, value }));
      case 'LocalManagedPolicy':
        return directory.policies.list().map((value) => ({ kind, value }));
      case 'AWSManagedPolicy':
        return references.usedPolicies().filter(isAwsManaged).map((arn) => ({ kind, value: findPolicy(directory, arn) }));
    }
  }
}
