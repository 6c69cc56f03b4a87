import type { AwsError } from '../../kernel/aws-error.ts';
import { eventKind, eventName, eventRegion, eventSourceName } from './events.ts';
import type { RecordedCaller } from './identity.ts';
import { requestParameters, responseElements } from './parameters.ts';

/** A management event as CloudTrail writes it (CloudTrail user guide, "CloudTrail record contents"). */
export interface CloudTrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: Readonly<Record<string, unknown>>;
  /** ISO 8601, whole seconds: when the call was completed. */
  readonly eventTime: string;
  /** For example `ec2.amazonaws.com`. */
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  /** Only of a call that failed. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: Readonly<Record<string, unknown>> | null;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly eventCategory: 'Management';
}

/** A call and what became of it. */
export interface RecordedCall {
  readonly sdkId: string;
  readonly operation: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: AwsError;
}

/** What a record needs beside the call itself. */
export interface RecordContext {
  readonly accountId: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly caller: () => RecordedCaller;
  readonly newId: () => string;
}

/**
 * A record that is put together as far as it is read: most calls only read something and match no filter, and what nobody
 * looks at costs nothing.
 */
export class PendingRecord {
  readonly eventName: string;
  readonly readOnly: boolean;
  readonly eventType = 'AwsApiCall';
  readonly managementEvent = true;
  readonly eventCategory = 'Management';

  readonly #call: RecordedCall;
  readonly #context: RecordContext;
  #caller: RecordedCaller | undefined;
  #complete: CloudTrailRecord | undefined;

  constructor(call: RecordedCall, context: RecordContext) {
    this.#call = call;
    this.#context = context;
    this.eventName = eventName(call.sdkId, call.operation);
    this.readOnly = eventKind(call.sdkId, call.operation) === 'read';
  }

  get awsRegion(): string {
    return eventRegion(this.#call.sdkId, this.#context.region);
  }

  get eventSource(): string {
    return `${eventSourceName(this.#call.sdkId)}.amazonaws.com`;
  }

  get eventTime(): string {
    return new Date(this.#context.at).toISOString().replace(/\.\d{3}Z$/u, 'Z');
  }

  /** EC2's codes say whose fault it was (CloudTrail's records of EC2; `Client.UnauthorizedOperation` in the CIS benchmark's filters). */
  get errorCode(): string | undefined {
    const { error } = this.#call;
    if (error === undefined || this.#call.sdkId !== 'EC2') return error?.name;
    return `${error.fault === 'server' ? 'Server' : 'Client'}.${error.name}`;
  }

  get errorMessage(): string | undefined {
    return this.#call.error?.message;
  }

  get recipientAccountId(): string {
    return this.#context.accountId;
  }

  get userIdentity(): CloudTrailRecord['userIdentity'] {
    return this.#recordedCaller().userIdentity;
  }

  get sourceIPAddress(): string {
    return this.#recordedCaller().sourceIPAddress;
  }

  get userAgent(): string {
    return this.#recordedCaller().userAgent;
  }

  get requestParameters(): CloudTrailRecord['requestParameters'] {
    return this.complete().requestParameters;
  }

  get responseElements(): CloudTrailRecord['responseElements'] {
    return this.complete().responseElements;
  }

  get requestID(): string {
    return this.complete().requestID;
  }

  get eventID(): string {
    return this.complete().eventID;
  }

  /** The whole record, the same at every call. */
  complete(): CloudTrailRecord {
    this.#complete ??= this.#build();
    return this.#complete;
  }

  #recordedCaller(): RecordedCaller {
    this.#caller ??= this.#context.caller();
    return this.#caller;
  }

  #build(): CloudTrailRecord {
    const { sdkId, operation, input, output } = this.#call;
    const { errorCode, errorMessage } = this;
    const requestID = this.#context.newId();
    // A read answers nothing in its record, and a call that failed did not answer (record contents, "responseElements").
    const hasAnswer = !this.readOnly && errorCode === undefined;
    return {
      eventVersion: '1.11',
      userIdentity: this.userIdentity,
      eventTime: this.eventTime,
      eventSource: this.eventSource,
      eventName: this.eventName,
      awsRegion: this.awsRegion,
      sourceIPAddress: this.sourceIPAddress,
      userAgent: this.userAgent,
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(errorMessage === undefined ? {} : { errorMessage }),
      requestParameters: requestParameters(sdkId, operation, input),
      responseElements: hasAnswer ? responseElements(sdkId, operation, output, requestID) : null,
      requestID,
      eventID: this.#context.newId(),
      readOnly: this.readOnly,
      eventType: this.eventType,
      managementEvent: this.managementEvent,
      recipientAccountId: this.recipientAccountId,
      eventCategory: this.eventCategory,
    };
  }
}
