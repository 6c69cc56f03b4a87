import type { Account } from '../../kernel/account.ts';
import type { NamedPolicy, PolicyDocument } from '../../kernel/authorisation.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed-policies.ts';
import { noSuchEntity } from './errors.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { accessKeyOf, mfaDeviceOf, passwordOf } from './credentials.ts';
import type {
  AccessKey, Group, HolderKind, HolderTypes, LastUse, PolicyHolder, RootUser, User, UserDefinition,
} from './principals.ts';
import { Replicated } from './replicated.ts';
import type { InstanceProfile, ManagedPolicy, PolicyVersion, Role, RoleDefinition, ServerCertificate } from './role.ts';

/** Versions that a managed policy may have (IAM user guide, "Versioning IAM policies"). */
export const maxPolicyVersions = 5;

const onlyOne = 'account';

/**
 * Everything that IAM keeps: who there is, and which policies they have. Entities are values, replaced as a whole.
 * Operations write through it what callers ask for; scenarios put things into it that stood before.
 */
export class Directory {
  /** How long a change takes until reads and decisions see it. Set by a scenario; on AWS seconds to a minute. */
  propagationSeconds = 0;
  /** Grows with every change that is seen: what is derived from the directory is valid for one revision. */
  revision = 0;

  readonly #account: Account;
  readonly #onChange: () => void;
  #lastVisibleAt = 0;

  readonly holders: { readonly [K in HolderKind]: Replicated<HolderTypes[K]> };
  /** By ARN. */
  readonly policies: Replicated<ManagedPolicy>;
  /** By name. */
  readonly instanceProfiles: Replicated<InstanceProfile>;
  readonly serverCertificates: Replicated<ServerCertificate>;
  /** The one policy, by a name of no meaning. */
  readonly #passwordPolicies: Replicated<PasswordPolicy>;
  readonly #keyOwners = new Map<string, string>();
  #root: RootUser;

  constructor(account: Account, onChange: () => void) {
    this.#account = account;
    this.#onChange = onChange;
    const replicate = (apply: () => void): void => this.#replicate(apply);
    this.holders = { user: new Replicated(replicate), group: new Replicated(replicate), role: new Replicated(replicate) };
    this.policies = new Replicated(replicate);
    this.instanceProfiles = new Replicated(replicate);
    this.serverCertificates = new Replicated(replicate);
    this.#passwordPolicies = new Replicated(replicate);
    this.#root = { createdAt: account.clock.now(), accessKeys: [], mfaDevices: [] };
  }

  arn(resource: string): string {
    return `arn:${this.#account.partition}:iam::${this.#account.id}:${resource}`;
  }

  /** An identifier as IAM makes them, for example `AROA` and 17 characters. */
  newId(prefix: string, length = 17): string {
    return `${prefix}${this.#account.random.stream('iam').hex(length).toUpperCase()}`;
  }

  /** As written: what a write works on. */
  written<K extends HolderKind>(kind: K, name: string): HolderTypes[K] {
    return found(kind, name, this.holders[kind].written(name));
  }

  /** As seen: what a read answers. */
  seen<K extends HolderKind>(kind: K, name: string): HolderTypes[K] {
    return found(kind, name, this.holders[kind].seen(name));
  }

  change<K extends HolderKind>(kind: K, name: string, edit: (holder: HolderTypes[K]) => HolderTypes[K]): HolderTypes[K] {
    const changed = edit(this.written(kind, name));
    this.holders[kind].put(name, changed);
    return changed;
  }

  changeInline(kind: HolderKind, name: string, policyName: string, document: PolicyDocument | undefined): void {
    this.change(kind, name, (holder) => {
      const inline = new Map(holder.inline);
      if (document === undefined) inline.delete(policyName);
      else inline.set(policyName, document);
      return { ...holder, inline };
    });
  }

  attach(kind: HolderKind, name: string, policyArn: string): void {
    // Found now, so that an unknown policy stops whoever attaches it and not the first call.
    this.managedPolicy(policyArn, 'written');
    this.change(kind, name, (holder) => ({ ...holder, attached: new Set(holder.attached).add(policyArn) }));
  }

  detach(kind: HolderKind, name: string, policyArn: string): void {
    this.change(kind, name, (holder) => ({ ...holder, attached: new Set([...holder.attached].filter((arn) => arn !== policyArn)) }));
  }

  /** Creates a role, or changes its trust, boundary and tags. Policies of a role that stands are kept. */
  putRole(definition: RoleDefinition): Role {
    const path = definition.path ?? '/';
    const current = this.holders.role.written(definition.name);
    const role: Role = { ...definition, ...this.#holder('role', definition.name, path, current) };
    this.holders.role.put(role.name, role);
    return role;
  }

  /** A role that only AWS changes; its service acts through it. */
  putServiceLinkedRole(service: string, name: string): Role {
    const trust: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    };
    return this.putRole({ name, path: `/aws-service-role/${service}/`, trust });
  }

  putGroup(name: string, path = '/'): Group {
    const group = this.#holder('group', name, path, this.holders.group.written(name));
    this.holders.group.put(name, group);
    return group;
  }

  /** Creates a user, with credentials and their history. Policies of a user who stands are kept; all else is replaced. */
  putUser(definition: UserDefinition): User {
    const { name, path = '/', password, accessKeys = [], mfaDevices = [] } = definition;
    const holder = this.#holder('user', name, path, this.holders.user.written(name), definition.createdAt);
    const user: User = {
      ...holder,
      tags: definition.tags ?? {},
      groups: new Set(definition.groups?.map((group) => this.written('group', group).name)),
      ...(definition.boundaryArn === undefined ? {} : { boundaryArn: definition.boundaryArn }),
      ...(password === undefined ? {} : { password: passwordOf(password, holder.createdAt) }),
      accessKeys: accessKeys.map((key) => this.#own(name, accessKeyOf(key, holder.createdAt, () => this.newKeyId()))),
      mfaDevices: mfaDevices.map((kind) => {
        const serialNumber = kind === 'virtual' ? this.arn(`mfa/${name}`) : this.newId('GAHT', 8);
        return mfaDeviceOf(kind, serialNumber, holder.createdAt);
      }),
    };
    this.holders.user.put(name, user);
    return user;
  }

  newKeyId(): string {
    return this.newId('AKIA', 16);
  }

  addAccessKey(userName: string, key: AccessKey): void {
    this.#own(userName, key);
    this.change('user', userName, (user) => ({ ...user, accessKeys: [...user.accessKeys, key] }));
  }

  /** Name of the user who has or had the key. */
  ownerOfKey(keyId: string): string | undefined {
    return this.#keyOwners.get(keyId);
  }

  /** A use of a user's key, which nobody makes in the simulated account. */
  noteKeyUse(keyId: string, lastUsed: LastUse): void {
    const owner = this.ownerOfKey(keyId);
    if (owner === undefined) throw noSuchEntity(`The Access Key with id ${keyId} cannot be found.`);
    this.change('user', owner, (user) => ({
      ...user,
      accessKeys: user.accessKeys.map((key) => (key.id === keyId ? { ...key, lastUsed } : key)),
    }));
  }

  get root(): RootUser {
    return this.#root;
  }

  /** Changes what is named; the rest stays. */
  setRoot(changed: Partial<RootUser>): void {
    this.#root = { ...this.#root, ...changed };
  }

  get passwordPolicy(): PasswordPolicy | undefined {
    return this.#passwordPolicies.seen(onlyOne);
  }

  get writtenPasswordPolicy(): PasswordPolicy | undefined {
    return this.#passwordPolicies.written(onlyOne);
  }

  /** Undefined takes it away. */
  putPasswordPolicy(policy: PasswordPolicy | undefined): void {
    if (policy === undefined) this.#passwordPolicies.delete(onlyOne);
    else this.#passwordPolicies.put(onlyOne, policy);
  }

  /** Creates a customer managed policy, or gives it a new default version as CloudFormation does. */
  putManagedPolicy(name: string, path: string, document: PolicyDocument, described: Pick<ManagedPolicy, 'description'> = {}): ManagedPolicy {
    const arn = this.arn(`policy${path}${name}`);
    const now = this.#account.clock.now();
    const current = this.policies.written(arn);
    const number = (current?.lastVersionNumber ?? 0) + 1;
    const version: PolicyVersion = { id: `v${number}`, document, createdAt: now };
    // CloudFormation makes room by deleting the oldest version.
    const kept = (current?.versions ?? []).slice(1 - maxPolicyVersions);
    const policy: ManagedPolicy = {
      arn,
      name,
      path,
      id: current?.id ?? this.newId('ANPA'),
      tags: current?.tags ?? {},
      ...described,
      createdAt: current?.createdAt ?? now,
      updatedAt: now,
      versions: [...kept, version],
      defaultVersionId: version.id,
      lastVersionNumber: number,
      document,
    };
    this.policies.put(arn, policy);
    return policy;
  }

  /** Of the account or of AWS. */
  managedPolicy(arn: string, view: 'written' | 'seen' = 'seen'): NamedPolicy {
    if (isAwsManaged(arn)) return awsManagedPolicy(arn);
    const policy = this.policies[view](arn);
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    return policy;
  }

  putInstanceProfile(name: string, path: string, roleNames: readonly string[]): InstanceProfile {
    const current = this.instanceProfiles.written(name);
    const profile: InstanceProfile = {
      name,
      path,
      arn: this.arn(`instance-profile${path}${name}`),
      id: current?.id ?? this.newId('AIPA'),
      createdAt: current?.createdAt ?? this.#account.clock.now(),
      roleNames,
    };
    this.instanceProfiles.put(name, profile);
    return profile;
  }

  /** Times are epoch milliseconds. */
  putServerCertificate(name: string, expiresAt: number, { path = '/', uploadedAt = this.#account.clock.now() } = {}): ServerCertificate {
    const arn = this.arn(`server-certificate${path}${name}`);
    const certificate: ServerCertificate = { name, path, arn, id: this.newId('ASCA'), uploadedAt, expiresAt };
    this.serverCertificates.put(name, certificate);
    return certificate;
  }

  #holder(kind: HolderKind, name: string, path: string, current: PolicyHolder | undefined, createdAt?: number): PolicyHolder {
    const prefixes = { user: 'AIDA', group: 'AGPA', role: 'AROA' } as const;
    return {
      name,
      path,
      arn: this.arn(`${kind}${path}${name}`),
      id: current?.id ?? this.newId(prefixes[kind]),
      createdAt: createdAt ?? current?.createdAt ?? this.#account.clock.now(),
      inline: current?.inline ?? new Map(),
      attached: current?.attached ?? new Set(),
    };
  }

  #own(userName: string, key: AccessKey): AccessKey {
    this.#keyOwners.set(key.id, userName);
    return key;
  }

  #replicate(apply: () => void): void {
    const { clock } = this.#account;
    // Never before a change that was made earlier, even when the delay was shortened meanwhile.
    const visibleAt = Math.max(clock.now() + this.propagationSeconds * 1000, this.#lastVisibleAt);
    const show = (): void => {
      apply();
      this.revision += 1;
      this.#onChange();
    };
    if (visibleAt <= clock.now()) {
      show();
      return;
    }
    this.#lastVisibleAt = visibleAt;
    clock.at(visibleAt, show);
  }
}

function found<V>(kind: HolderKind, name: string, holder: V | undefined): V {
  if (holder === undefined) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  return holder;
}
