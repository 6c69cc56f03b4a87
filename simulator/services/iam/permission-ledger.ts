import { type Grant, type NamedPolicy, PolicySet } from '../../kernel/authorisation.ts';
import type { PermissionUse, Role } from './role.ts';

/** A policy of a role, and how it is attached. */
export interface AttachedPolicy {
  readonly policy: NamedPolicy;
  readonly source: PermissionUse['source'];
}

/** Which grants ever decided an allowed call. */
export class PermissionLedger {
  /** Keys of grants, by role name. */
  readonly #used = new Map<string, Set<string>>();

  note(roleName: string, grant: Grant): void {
    const used = this.#used.get(roleName);
    if (used === undefined) this.#used.set(roleName, new Set([keyOf(grant)]));
    else used.add(keyOf(grant));
  }

  /** What the policies grant to a role of a stack, action by action. Nothing for a role that no stack owns. */
  useOf(role: Role, policies: readonly AttachedPolicy[]): readonly PermissionUse[] {
    const { stackName } = role;
    if (stackName === undefined) return [];
    return policies.flatMap(({ policy, source }) =>
      new PolicySet([policy]).statements.flatMap(({ effect, reference, actions, resources }) =>
        (effect === 'Deny' ? [] : actions).map((action) => ({
          roleName: role.name,
          stackName,
          policy: policy.name,
          source,
          sid: reference.sid,
          index: reference.index,
          action,
          resources,
          isUsed: this.#used.get(role.name)?.has(keyOf({ ...reference, action })) ?? false,
        })),
      ),
    );
  }
}

function keyOf(grant: Grant): string {
  return `${grant.policy}\n${grant.index}\n${grant.action}`;
}
