import type { Account } from '../../kernel/account.ts';
import type { Operation } from '../../kernel/service.ts';
import type { Directory } from './directory.ts';
import { accessKeyOperations } from './operations/access-keys.ts';
import { accountOperations } from './operations/account.ts';
import { groupOperations } from './operations/groups.ts';
import { holderPolicyOperations } from './operations/holder-policies.ts';
import { managedPolicyOperations } from './operations/managed-policies.ts';
import { reportOperations } from './operations/reports.ts';
import { roleOperations } from './operations/roles.ts';
import type { OperationState } from './operations/state.ts';
import { userOperations } from './operations/users.ts';
import { ReferenceIndex } from './references.ts';
import type { UsageRecords } from './usage.ts';

interface Registers {
  readonly account: Account;
  readonly directory: Directory;
  readonly usage: UsageRecords;
}

/** The operations of IAM, in the shapes of the SDK's client (API reference, 2010-05-08). */
export function createOperations(registers: Registers): Readonly<Record<string, Operation>> {
  const state: OperationState = { ...registers, references: new ReferenceIndex(registers.directory) };
  return {
    ...accessKeyOperations(state),
    ...accountOperations(state),
    ...groupOperations(state),
    ...holderPolicyOperations(state, 'user'),
    ...holderPolicyOperations(state, 'group'),
    ...holderPolicyOperations(state, 'role'),
    ...managedPolicyOperations(state),
    ...reportOperations(state),
    ...roleOperations(state),
    ...userOperations(state),
  };
}
