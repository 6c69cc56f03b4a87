import type { PolicyDocument } from './authorisation.ts';
import type { Principal } from './principal.ts';

/** A value of an IAM condition key as the request carries it. */
export type ConditionValue = string | number | boolean | readonly string[];

/** One thing that a caller must be allowed to do for its call to be executed. */
export interface AuthorisationRequest {
  /** `service:Action`, as the Service Authorization Reference spells it. */
  readonly action: string;
  /** An ARN, or `*` for actions without a resource. */
  readonly resource: string;
  /** Condition keys of this request, beyond the global ones. */
  readonly context?: Readonly<Record<string, ConditionValue>>;
}

export interface CallContext {
  readonly principal: Principal;
}

/** One API operation. Inputs and outputs have the shapes of the SDK's command. */
export interface Operation<Input = never, Output = unknown> {
  /** Everything that the caller needs; each is evaluated, all must be allowed. */
  authorise(input: Input): readonly AuthorisationRequest[];
  /** Throws {@link AwsError} as AWS would, `NotModelledError` for input that is not modelled. */
  execute(input: Input, call: CallContext): Output | Promise<Output>;
}

/** An AWS service of the simulated account. */
export interface AwsService {
  /** `serviceId` of the SDK's client, for example `Auto Scaling`. */
  readonly sdkId: string;
  /** The service's name in Step Functions: `arn:aws:states:::aws-sdk:<statesName>:…`. */
  readonly statesName: string;
  /** What Step Functions puts before error names of this service, for example `AutoScaling`. */
  readonly statesErrorPrefix: string;
  /** By operation name, in the SDK's spelling. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** The policy attached to the resource itself (bucket, topic, key, function), where the service has such a thing. */
  resourcePolicy?(resourceArn: string): PolicyDocument | undefined;
}

/** Types an operation after the SDK's command, for example `operation<PublishCommandInput, PublishCommandOutput>({…})`. */
export function operation<Input, Output>(
  definition: Operation<Input, Omit<Output, '$metadata'>>,
): Operation<never, Omit<Output, '$metadata'>> {
  return definition;
}
