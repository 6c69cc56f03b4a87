import type { AttachedPolicy } from '@aws-sdk/client-iam';
import { type AuthorisationRequest, type Operation, operation } from '../../../kernel/service.ts';
import { attachedOf } from '../describe.ts';
import { limitExceeded, noSuchEntity } from '../errors.ts';
import { type PageInput, pageByMarker } from '../paging.ts';
import { encodePolicy, parsePolicy, refuseLongInline } from '../policy-text.ts';
import type { HolderKind } from '../principals.ts';
import { refuseProtected } from '../protected-role.ts';
import { onHolder, standingBoundary } from '../requests.ts';
import type { OperationState } from './state.ts';

/** Managed policies that one user, group or role may have (IAM user guide, "IAM and AWS STS quotas"). */
const maxAttached = 10;

/** Inputs of one kind name their holder `UserName`, `GroupName` or `RoleName`. */
interface HolderInput extends PageInput {
  readonly UserName?: string;
  readonly GroupName?: string;
  readonly RoleName?: string;
}

interface InlineInput extends HolderInput {
  readonly PolicyName?: string;
  readonly PolicyDocument?: string;
}

interface AttachInput extends HolderInput {
  readonly PolicyArn?: string;
  readonly PathPrefix?: string;
}

interface Listing {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const titles = { user: 'User', group: 'Group', role: 'Role' } as const;

/** Inline and attached policies of users, groups or roles: the same seven operations each. */
export function holderPolicyOperations(state: OperationState, kind: HolderKind): Readonly<Record<string, Operation>> {
  const { directory } = state;
  const title = titles[kind];
  const nameOf = (input: HolderInput): string => input[`${title}Name`] ?? '';
  const reads = (action: string) => (input: HolderInput) => onHolder(directory, kind, action, nameOf(input));
  const writes = (action: string) => (input: AttachInput) => authoriseWrite(state, kind, action, nameOf(input), input.PolicyArn);
  return {
    [`Get${title}Policy`]: operation<InlineInput, object>({
      authorise: reads(`Get${title}Policy`),
      execute: (input) => {
        const document = directory.seen(kind, nameOf(input)).inline.get(input.PolicyName ?? '');
        if (document === undefined) throw noSuchPolicy(kind, input.PolicyName);
        return { [`${title}Name`]: nameOf(input), PolicyName: input.PolicyName, PolicyDocument: encodePolicy(document) };
      },
    }),
    [`List${title}Policies`]: operation<HolderInput, Listing & { readonly PolicyNames: readonly string[] }>({
      authorise: reads(`List${title}Policies`),
      execute: (input) => {
        const page = pageByMarker([...directory.seen(kind, nameOf(input)).inline.keys()], input);
        return { PolicyNames: page.items, ...page.rest };
      },
    }),
    [`ListAttached${title}Policies`]: operation<AttachInput, Listing & { readonly AttachedPolicies: readonly AttachedPolicy[] }>({
      authorise: reads(`ListAttached${title}Policies`),
      execute: (input) => {
        const { PathPrefix: prefix = '/' } = input;
        const attached = attachedOf(directory.seen(kind, nameOf(input))).filter(({ PolicyArn: arn = '' }) => arn.includes(`:policy${prefix}`));
        const page = pageByMarker(attached, input);
        return { AttachedPolicies: page.items, ...page.rest };
      },
    }),
    [`Put${title}Policy`]: operation<InlineInput, object>({
      authorise: writes(`Put${title}Policy`),
      execute: (input) => putInline(state, kind, nameOf(input), input),
    }),
    [`Delete${title}Policy`]: operation<InlineInput, object>({
      authorise: writes(`Delete${title}Policy`),
      execute: (input) => {
        const holder = directory.written(kind, nameOf(input));
        refuseProtected(holder);
        if (!holder.inline.has(input.PolicyName ?? '')) throw noSuchPolicy(kind, input.PolicyName);
        directory.changeInline(kind, holder.name, input.PolicyName ?? '', undefined);
        return {};
      },
    }),
    [`Attach${title}Policy`]: operation<AttachInput, object>({
      authorise: writes(`Attach${title}Policy`),
      execute: (input) => attach(state, kind, nameOf(input), input.PolicyArn ?? ''),
    }),
    [`Detach${title}Policy`]: operation<AttachInput, object>({
      authorise: writes(`Detach${title}Policy`),
      execute: (input) => {
        const holder = directory.written(kind, nameOf(input));
        refuseProtected(holder);
        const { PolicyArn: arn = '' } = input;
        if (!holder.attached.has(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
        directory.detach(kind, holder.name, arn);
        return {};
      },
    }),
  };
}

/** `iam:PolicyARN` goes with the attached policy, `iam:PermissionsBoundary` with whoever is changed (Service Authorization Reference). */
function authoriseWrite(
  { directory }: OperationState,
  kind: HolderKind,
  action: string,
  name: string,
  policyArn: string | undefined,
): readonly AuthorisationRequest[] {
  return onHolder(directory, kind, action, name, {
    ...standingBoundary(directory, kind, name),
    ...(policyArn === undefined ? {} : { 'iam:PolicyARN': policyArn }),
  });
}

function putInline({ directory }: OperationState, kind: HolderKind, name: string, input: InlineInput): object {
  const { PolicyName: policyName = '', PolicyDocument: text = '' } = input;
  const holder = directory.written(kind, name);
  refuseProtected(holder);
  const document = parsePolicy(text, 'identity');
  refuseLongInline(kind, name, new Map(holder.inline).set(policyName, document).values());
  directory.changeInline(kind, name, policyName, document);
  return {};
}

/** Attaching what is attached already changes nothing and is no error. */
function attach({ directory }: OperationState, kind: HolderKind, name: string, policyArn: string): object {
  const holder = directory.written(kind, name);
  refuseProtected(holder);
  directory.managedPolicy(policyArn, 'written');
  if (holder.attached.has(policyArn)) return {};
  if (holder.attached.size >= maxAttached) throw limitExceeded(`Cannot exceed quota for PoliciesPer${titles[kind]}: ${maxAttached}`);
  directory.attach(kind, name, policyArn);
  return {};
}

function noSuchPolicy(kind: HolderKind, policyName = '') {
  return noSuchEntity(`The ${kind} policy with name ${policyName} cannot be found.`);
}
