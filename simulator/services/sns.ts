import type { PublishCommandInput, PublishCommandOutput } from '@aws-sdk/client-sns';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/authorisation.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';

export interface TopicDefinition {
  readonly name: string;
  readonly arn: string;
  readonly displayName?: string;
  /** A customer's key; those who publish need it too. */
  readonly kmsKeyArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  /** `email` and the like are taken as read by people; `lambda` is invoked; `sqs` is recorded. */
  readonly protocol: string;
  readonly endpoint: string;
}

/** A message that a topic took. */
export interface PublishedMessage {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** String values by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}

const maxMessageBytes = 262_144;
/** Delivery to a Lambda subscription, in milliseconds. */
const deliveryMilliseconds = { low: 20, high: 200 };

/** Simulated SNS: topics, their policies, and every message that they took. */
export class Sns implements AwsService {
  readonly sdkId = 'SNS';
  readonly statesName = 'sns';
  readonly statesErrorPrefix = 'Sns';
  /** Everything published, oldest first. */
  readonly messages: PublishedMessage[] = [];

  readonly #account: Account;
  readonly #topics = new Map<string, TopicDefinition>();
  readonly #policies = new Map<string, PolicyDocument>();
  readonly #subscriptions: Subscription[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    Publish: operation<PublishCommandInput, PublishCommandOutput>({
      authorise: (input) => this.#needs(input.TopicArn ?? input.TargetArn ?? ''),
      execute: (input) => this.#publish(input),
    }),
  };

  /** Creates a topic or changes it. Until a policy is put, it has the one that SNS gives every topic. */
  putTopic(definition: TopicDefinition): void {
    this.#topics.set(definition.arn, definition);
    if (!this.#policies.has(definition.arn)) this.#policies.set(definition.arn, defaultPolicy(definition.arn, this.#account.id));
  }

  /** Replaces the topic's policy, the default one included. */
  putTopicPolicy(topicArn: string, policy: PolicyDocument): void {
    this.#topic(topicArn);
    this.#policies.set(topicArn, policy);
  }

  subscribe(topicArn: string, protocol: string, endpoint: string): Subscription {
    this.#topic(topicArn);
    if (!['email', 'email-json', 'sms', 'https', 'lambda', 'sqs'].includes(protocol)) {
      throw new NotModelledError(`SNS subscriptions by ${protocol} are not modelled.`);
    }
    const subscription = { arn: `${topicArn}:${this.#account.random.stream('sns').uuid()}`, topicArn, protocol, endpoint };
    this.#subscriptions.push(subscription);
    return subscription;
  }

  get topics(): readonly TopicDefinition[] {
    return [...this.#topics.values()];
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  resourcePolicy(resourceArn: string): PolicyDocument | undefined {
    return this.#policies.get(resourceArn);
  }

  #topic(arn: string): TopicDefinition {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', { statusCode: 404 });
    return topic;
  }

  /** Whoever publishes to an encrypted topic uses its key (developer guide, "Encryption at rest: permissions"). */
  #needs(topicArn: string): readonly AuthorisationRequest[] {
    const topic = this.#topics.get(topicArn);
    const tags = Object.entries(topic?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
    const publish: AuthorisationRequest = { action: 'sns:Publish', resource: topicArn, context: Object.fromEntries(tags) };
    if (topic?.kmsKeyArn === undefined) return [publish];
    const { kmsKeyArn: resource } = topic;
    const context = { 'kms:ViaService': `sns.${this.#account.region}.amazonaws.com` };
    return [publish, { action: 'kms:GenerateDataKey', resource, context }, { action: 'kms:Decrypt', resource, context }];
  }

  #publish(input: PublishCommandInput): Omit<PublishCommandOutput, '$metadata'> {
    if (input.PhoneNumber !== undefined || input.MessageStructure !== undefined) {
      throw new NotModelledError('SNS Publish to a phone number or with a message structure is not modelled.');
    }
    const topic = this.#topic(input.TopicArn ?? input.TargetArn ?? '');
    const { Message: message = '', Subject: subject } = input;
    refuseInvalid(message, subject);
    const published: PublishedMessage = {
      at: this.#account.clock.now(),
      messageId: this.#account.random.stream('sns').uuid(),
      topicArn: topic.arn,
      subject,
      message,
      attributes: Object.fromEntries(
        Object.entries(input.MessageAttributes ?? {}).map(([name, { StringValue: value }]) => [name, value ?? '']),
      ),
    };
    this.messages.push(published);
    for (const subscription of this.#subscriptions) {
      if (subscription.topicArn === topic.arn && subscription.protocol === 'lambda') this.#deliver(subscription, published);
    }
    return { MessageId: published.messageId };
  }

  #deliver(subscription: Subscription, published: PublishedMessage): void {
    const { clock, random } = this.#account;
    const delay = Math.round(random.stream('sns').between(deliveryMilliseconds.low, deliveryMilliseconds.high));
    clock.at(clock.now() + delay, async () => {
      try {
        await this.#account.call({
          principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: subscription.topicArn },
          sdkId: 'Lambda',
          operation: 'Invoke',
          input: {
            FunctionName: subscription.endpoint,
            InvocationType: 'Event',
            Payload: JSON.stringify(lambdaEvent(subscription, published)),
          },
        });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.#account.note('sns.delivery-failed', `SNS could not deliver to ${subscription.endpoint}: ${error.message}`, {
          messageId: published.messageId,
        });
      }
    });
  }
}

function refuseInvalid(message: string, subject: string | undefined): void {
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > maxMessageBytes) throw invalid('Message too long');
  // Up to 100 printable ASCII characters, the first a letter, digit or punctuation (API reference, Publish).
  if (subject !== undefined && !/^[!-~][ -~]{0,99}$/u.test(subject)) throw invalid('Subject');
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}

/** The policy of a topic that nobody gave one (developer guide, "Overview of managing access"). */
function defaultPolicy(topicArn: string, accountId: string): PolicyDocument {
  return {
    Version: '2008-10-17',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:AddPermission', 'SNS:RemovePermission', 'SNS:DeleteTopic',
          'SNS:Subscribe', 'SNS:ListSubscriptionsByTopic', 'SNS:Publish',
        ],
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  };
}

function lambdaEvent(subscription: Subscription, published: PublishedMessage): unknown {
  const attributes = Object.entries(published.attributes).map(([name, Value]) => [name, { Type: 'String', Value }] as const);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: published.messageId,
          TopicArn: published.topicArn,
          Subject: published.subject ?? null,
          Message: published.message,
          Timestamp: new Date(published.at).toISOString(),
          MessageAttributes: Object.fromEntries(attributes),
        },
      },
    ],
  };
}
