import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { mayAlert } from './alert-topics.ts';

export const monitorTypes = ['DIMENSIONAL', 'CUSTOM'] as const;
export const monitorDimensions = ['SERVICE', 'LINKED_ACCOUNT', 'TAG', 'COST_CATEGORY'] as const;
export const alertFrequencies = ['IMMEDIATE', 'DAILY', 'WEEKLY'] as const;

export interface AnomalyMonitorDefinition {
  readonly name: string;
  readonly type: (typeof monitorTypes)[number];
  /** Of a `DIMENSIONAL` one. */
  readonly dimension?: (typeof monitorDimensions)[number] | undefined;
  /** JSON, of a `CUSTOM` one. */
  readonly specification?: string | undefined;
}

export interface AnomalyMonitor extends AnomalyMonitorDefinition {
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AnomalySubscriptionDefinition {
  readonly name: string;
  readonly monitorArns: readonly string[];
  readonly frequency: (typeof alertFrequencies)[number];
  readonly subscribers: readonly { readonly type: 'EMAIL' | 'SNS'; readonly address: string }[];
  /** USD of total impact, the old way to say it. */
  readonly threshold?: number | undefined;
  readonly thresholdExpression?: unknown;
}

export interface AnomalySubscription extends AnomalySubscriptionDefinition {
  readonly arn: string;
}

/** Who publishes to topics (Cost Management user guide, "Creating an Amazon SNS topic for anomaly notifications"). */
const alertPrincipal = 'costalerts.amazonaws.com';

/** Cost Anomaly Detection: monitors and who is told. Nothing here spends anomalously, and nobody is told of anything. */
export class Anomalies {
  readonly #account: Account;
  readonly #monitors = new Map<string, AnomalyMonitor>();
  readonly #subscriptions = new Map<string, AnomalySubscription>();

  constructor(account: Account) {
    this.#account = account;
  }

  get monitors(): readonly AnomalyMonitor[] {
    return [...this.#monitors.values()];
  }

  get subscriptions(): readonly AnomalySubscription[] {
    return [...this.#subscriptions.values()];
  }

  /** Throws as Cost Explorer does for a second monitor of one dimension: an account has one of services. */
  addMonitor(definition: AnomalyMonitorDefinition, arn = this.#newArn('anomalymonitor')): AnomalyMonitor {
    refuseMonitor(definition);
    if (definition.type === 'DIMENSIONAL' && this.monitors.some(({ dimension }) => dimension === definition.dimension)) {
      throw invalid('Limit exceeded on dimensional spend monitor creation');
    }
    const now = this.#account.clock.now();
    const monitor = { ...definition, arn, createdAt: now, updatedAt: now };
    this.#monitors.set(monitor.arn, monitor);
    return monitor;
  }

  /** Only the name can change (API reference, UpdateAnomalyMonitor). */
  renameMonitor(arn: string, name: string): AnomalyMonitor {
    const monitor = this.#monitors.get(arn);
    if (monitor === undefined) throw unknownMonitor(arn);
    const renamed = { ...monitor, name, updatedAt: this.#account.clock.now() };
    this.#monitors.set(arn, renamed);
    return renamed;
  }

  removeMonitor(arn: string): void {
    this.#monitors.delete(arn);
  }

  /** Creates a subscription, or changes the one with this ARN. */
  putSubscription(definition: AnomalySubscriptionDefinition, arn = this.#newArn('anomalysubscription')): AnomalySubscription {
    refuseSubscription(definition);
    for (const monitorArn of definition.monitorArns) if (!this.#monitors.has(monitorArn)) throw unknownMonitor(monitorArn);
    const subscription = { ...definition, arn };
    this.#subscriptions.set(arn, subscription);
    return subscription;
  }

  removeSubscription(arn: string): void {
    this.#subscriptions.delete(arn);
  }

  /** Topics of subscriptions that keep alerts out: AWS accepts them, and what it would tell is lost. */
  unreachableTopics(): readonly string[] {
    const lost = this.subscriptions.flatMap(({ arn, subscribers }) =>
      subscribers.filter(({ type, address }) => type === 'SNS' && !mayAlert(this.#account, { service: alertPrincipal, arn }, address)),
    );
    return [...new Set(lost.map(({ address }) => address))];
  }

  #newArn(kind: 'anomalymonitor' | 'anomalysubscription'): string {
    const { id, partition, random } = this.#account;
    return `arn:${partition}:ce::${id}:${kind}/${random.stream('cost-explorer.id').uuid()}`;
  }
}

function refuseMonitor({ type, dimension, specification }: AnomalyMonitorDefinition): void {
  if (dimension !== undefined && dimension !== 'SERVICE') throw new NotModelledError(`Anomaly monitors of the dimension ${dimension} are not modelled.`);
  if (type === 'DIMENSIONAL' && dimension === undefined) throw invalid('Monitor Dimension is required for a dimensional monitor');
  if (type === 'DIMENSIONAL' && specification !== undefined) throw invalid('Monitor Specification is not supported for a dimensional monitor');
  if (type === 'CUSTOM' && specification === undefined) throw invalid('Monitor Specification is required for a custom monitor');
}

function refuseSubscription({ frequency, subscribers, threshold, thresholdExpression }: AnomalySubscriptionDefinition): void {
  const types = new Set(subscribers.map(({ type }) => type));
  if (frequency === 'IMMEDIATE' && types.has('EMAIL')) throw invalid('Immediate frequencies only support SNSTopic subscriptions');
  if (frequency !== 'IMMEDIATE' && types.has('SNS')) throw invalid('Daily or weekly frequencies only support Email subscriptions');
  if (subscribers.length === 0) throw invalid('At least one subscriber is required');
  if (threshold === undefined && thresholdExpression === undefined) throw invalid('Threshold and ThresholdExpression cannot both be null');
  if (threshold !== undefined && thresholdExpression !== undefined) throw invalid('Threshold and ThresholdExpression cannot both be specified');
  if (thresholdExpression !== undefined) refuseExpression(thresholdExpression);
}

const thresholdKeys = ['ANOMALY_TOTAL_IMPACT_ABSOLUTE', 'ANOMALY_TOTAL_IMPACT_PERCENTAGE'];
/** API reference, AnomalySubscription: "Values must be numbers between 0 and 10,000,000,000 in string format". */
const largestThreshold = 10_000_000_000;

/** One of two dimensions, at least so much; or two of them by And or Or. */
function refuseExpression(expression: unknown): void {
  if (!isRecord(expression)) throw invalid('ThresholdExpression is not an expression');
  const [[operator, operand] = [], ...others] = Object.entries(expression);
  if (others.length > 0) throw invalid('An expression has exactly one root operator');
  if ((operator === 'And' || operator === 'Or') && Array.isArray(operand)) {
    for (const part of operand) refuseExpression(part);
    return;
  }
  if (operator !== 'Dimensions' || !isRecord(operand)) throw invalid(`${operator} is not supported in a ThresholdExpression`);
  const { Key: key, MatchOptions: options, Values: values } = operand;
  const [value, ...more] = Array.isArray(values) ? values : [];
  const amount = Number(value);
  const isAmount = typeof value === 'string' && value.trim() !== '' && amount >= 0 && amount <= largestThreshold && more.length === 0;
  if (!thresholdKeys.includes(String(key))) throw invalid(`The dimension ${String(key)} is not supported in a ThresholdExpression`);
  if (!Array.isArray(options) || options.length !== 1 || options[0] !== 'GREATER_THAN_OR_EQUAL') throw invalid('The match option GREATER_THAN_OR_EQUAL is required');
  if (!isAmount) throw invalid('The value of a ThresholdExpression must be a number between 0 and 10,000,000,000');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function unknownMonitor(arn: string): AwsError {
  return new AwsError('UnknownMonitorException', `The cost anomaly monitor does not exist for the account: ${arn}`);
}
