import { isRecord } from '../json.ts';

/**
 * How Step Functions spells the members of `aws-sdk:` integrations. It generates them from the Java SDK, which
 * lowers a leading run of capitals (`DBInstanceIdentifier` → `dbInstanceIdentifier`), and raises the first letter
 * again: `DbInstanceIdentifier`. Services whose API is in camel case are raised as well (`StateMachineArn`).
 */
export function statesMemberName(member: string): string {
  const lowered = member.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (run) => run.toLowerCase());
  return lowered.charAt(0).toUpperCase() + lowered.slice(1);
}

/** Services whose API members start with a small letter. */
const camelCaseServices: ReadonlySet<string> = new Set(['SFN', 'CloudWatch Logs']);

/** Leading acronyms of API members, as Step Functions spells them and as the API does. */
const leadingAcronyms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Auto Scaling': { Vpc: 'VPC' },
  DynamoDB: { Sse: 'SSE' },
  RDS: { Db: 'DB', Ca: 'CA' },
  S3: { Acl: 'ACL', Id: 'ID', Mfa: 'MFA', Sse: 'SSE' },
};

/** Members that hold a user's own names below them, which must be left alone. */
const userDataMembers: ReadonlySet<string> = new Set([
  'Item', 'Items', 'Key', 'Keys', 'Attributes', 'ExpressionAttributeValues', 'ExpressionAttributeNames', 'Expected',
  'AttributeUpdates', 'LastEvaluatedKey', 'ExclusiveStartKey', 'UnprocessedItems', 'UnprocessedKeys', 'RequestItems',
  'Responses', 'Metadata', 'MessageAttributes',
]);

function apiMemberName(sdkId: string, member: string): string {
  if (camelCaseServices.has(sdkId)) return member.charAt(0).toLowerCase() + member.slice(1);
  for (const [states, api] of Object.entries(leadingAcronyms[sdkId] ?? {})) {
    if (member.startsWith(states) && !/^[a-z]/.test(member.slice(states.length))) return api + member.slice(states.length);
  }
  return member;
}

const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const timeMember = /(Time|Date|Timestamp)$/;

/** Members that the integration does not know under this spelling. */
export function unknownMembers(args: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(args).filter((member) => statesMemberName(member) !== member);
}

/** The input of an SDK command for the arguments of an `aws-sdk:` integration. */
export function toApiInput(sdkId: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => toApiInput(sdkId, item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => {
    if (userDataMembers.has(member)) return [member, inner];
    const isTime = typeof inner === 'string' && timeMember.test(member) && timestamp.test(inner);
    return [apiMemberName(sdkId, member), isTime ? new Date(inner) : toApiInput(sdkId, inner)];
  }));
}

/** The result of an `aws-sdk:` integration: times as ISO strings, bytes as text, nothing undefined. */
export function toStatesResult(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return value.map(toStatesResult);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([member, inner]) => inner !== undefined && member !== '$metadata')
    .map(([member, inner]) => [statesMemberName(member), userDataMembers.has(member) ? inner : toStatesResult(inner)]));
}

const respelledAttributeTypes: ReadonlySet<string> = new Set(['BOOL', 'Bool', 'BS', 'Bs', 'NS', 'Ns', 'NULL', 'Nul', 'SS', 'Ss']);

/**
 * Whether a value holds DynamoDB attribute values of the types that Step Functions spells in its own way
 * (`Bool`, `Nul`, `Ss`, …): the optimised integration of DynamoDB keeps the API's spelling, `aws-sdk:` does not.
 */
export function holdsRespelledAttributes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsRespelledAttributes);
  if (!isRecord(value)) return false;
  return Object.entries(value).some(([member, inner]) => respelledAttributeTypes.has(member) || holdsRespelledAttributes(inner));
}
