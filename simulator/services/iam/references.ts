import type { Directory } from './directory.ts';
import type { InstanceProfile } from './role.ts';

interface Uses {
  attachments: number;
  boundaries: number;
}

interface References {
  readonly revision: number;
  readonly usesOfPolicies: ReadonlyMap<string, Uses>;
  readonly profilesOfRoles: ReadonlyMap<string, readonly InstanceProfile[]>;
}

const unused: Uses = { attachments: 0, boundaries: 0 };

/** Who refers to what, counted once for all answers until the directory changes. */
export class ReferenceIndex {
  readonly #directory: Directory;
  #current: References | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** How many users, groups and roles have the policy attached, and how many as their boundary. */
  usesOfPolicy(arn: string): Readonly<Uses> {
    return this.#references().usesOfPolicies.get(arn) ?? unused;
  }

  /** ARNs of policies that are attached to something or bound something. */
  usedPolicies(): readonly string[] {
    return [...this.#references().usesOfPolicies.keys()];
  }

  profilesOfRole(roleName: string): readonly InstanceProfile[] {
    return this.#references().profilesOfRoles.get(roleName) ?? [];
  }

  #references(): References {
    const { revision } = this.#directory;
    if (this.#current?.revision !== revision) {
      this.#current = { revision, usesOfPolicies: this.#countUses(), profilesOfRoles: this.#listProfiles() };
    }
    return this.#current;
  }

  #countUses(): ReadonlyMap<string, Uses> {
    const { user, group, role } = this.#directory.holders;
    const uses = new Map<string, Uses>();
    const usesOf = (arn: string): Uses => {
      const known = uses.get(arn) ?? { attachments: 0, boundaries: 0 };
      uses.set(arn, known);
      return known;
    };
    for (const holder of [...user.list(), ...group.list(), ...role.list()]) {
      for (const arn of holder.attached) usesOf(arn).attachments += 1;
    }
    for (const { boundaryArn } of [...user.list(), ...role.list()]) {
      if (boundaryArn !== undefined) usesOf(boundaryArn).boundaries += 1;
    }
    return uses;
  }

  #listProfiles(): ReadonlyMap<string, readonly InstanceProfile[]> {
    const pairs = this.#directory.instanceProfiles.list().flatMap((profile) => profile.roleNames.map((roleName) => ({ roleName, profile })));
    const byRole = Map.groupBy(pairs, ({ roleName }) => roleName);
    return new Map([...byRole].map(([roleName, found]) => [roleName, found.map(({ profile }) => profile)]));
  }
}
