import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { AwsService } from '../kernel/service.ts';
import { mayAlert } from './cost-explorer/alert-topics.ts';

export const budgetTypes = ['COST', 'USAGE', 'RI_UTILIZATION', 'RI_COVERAGE', 'SAVINGS_PLANS_UTILIZATION', 'SAVINGS_PLANS_COVERAGE'] as const;
export const budgetTimeUnits = ['DAILY', 'MONTHLY', 'QUARTERLY', 'ANNUALLY', 'CUSTOM'] as const;

export interface BudgetNotification {
  readonly type: 'ACTUAL' | 'FORECASTED';
  readonly comparison: 'GREATER_THAN' | 'LESS_THAN' | 'EQUAL_TO';
  readonly threshold: number;
  readonly thresholdType: 'PERCENTAGE' | 'ABSOLUTE_VALUE';
  readonly subscribers: readonly { readonly type: 'EMAIL' | 'SNS'; readonly address: string }[];
}

export interface BudgetDefinition {
  readonly name: string;
  readonly type: (typeof budgetTypes)[number];
  readonly timeUnit: (typeof budgetTimeUnits)[number];
  /** Absent for a budget that plans its limits or adjusts itself. */
  readonly limit: { readonly amount: number; readonly unit: string } | undefined;
  readonly notifications: readonly BudgetNotification[];
}

export interface Budget extends BudgetDefinition {
  readonly arn: string;
}

/** API reference, CreateBudget: five notifications, each with one topic and up to ten addresses. */
const most = { notifications: 5, topics: 1, emails: 10 } as const;
/** API reference, Budget: no `:`, `\` or `/action/` in a name, 1 to 100 characters. */
const nameForm = /^(?![^:\\]*\/action\/)[^:\\]{1,100}$/u;
const alertPrincipal = 'budgets.amazonaws.com';

/** Simulated AWS Budgets: which budgets there are. Nothing is spent here, and nobody is told of anything. */
export class Budgets implements AwsService {
  readonly sdkId = 'Budgets';
  readonly statesName = 'budgets';
  readonly statesErrorPrefix = 'Budgets';
  readonly operations = {};

  readonly #account: Account;
  readonly #budgets = new Map<string, Budget>();

  constructor(account: Account) {
    this.#account = account;
  }

  get all(): readonly Budget[] {
    return [...this.#budgets.values()];
  }

  /** Throws as CreateBudget does: names are unique in an account. */
  create(definition: BudgetDefinition): Budget {
    if (this.#budgets.has(definition.name)) {
      throw new AwsError('DuplicateRecordException', `Error creating budget: ${definition.name} - the budget already exists.`);
    }
    return this.#put(definition);
  }

  /** Changes a budget, by its name. */
  change(definition: BudgetDefinition): Budget {
    if (!this.#budgets.has(definition.name)) throw new AwsError('NotFoundException', `Unable to get budget: ${definition.name} - the budget doesn't exist.`);
    return this.#put(definition);
  }

  remove(name: string): void {
    this.#budgets.delete(name);
  }

  /** Topics that keep alerts out: AWS accepts them, and what it would tell is lost. */
  unreachableTopics(): readonly string[] {
    const lost = this.all.flatMap(({ arn, notifications }) =>
      notifications
        .flatMap(({ subscribers }) => subscribers)
        .filter(({ type, address }) => type === 'SNS' && !mayAlert(this.#account, { service: alertPrincipal, arn }, address)),
    );
    return [...new Set(lost.map(({ address }) => address))];
  }

  #put(definition: BudgetDefinition): Budget {
    refuse(definition);
    const { id, partition } = this.#account;
    const budget = { ...definition, arn: `arn:${partition}:budgets::${id}:budget/${definition.name}` };
    this.#budgets.set(definition.name, budget);
    return budget;
  }
}

function refuse({ name, limit, notifications, type }: BudgetDefinition): void {
  if (!nameForm.test(name)) throw invalid(`The budget name ${name} is not valid.`);
  if (limit !== undefined && !(limit.amount > 0)) throw invalid(`The budget limit of ${name} must be greater than zero.`);
  if (limit !== undefined && type === 'COST' && limit.unit !== 'USD') throw invalid(`The unit of the cost budget ${name} must be USD.`);
  if (notifications.length > most.notifications) {
    throw new AwsError('CreationLimitExceededException', `The budget ${name} has ${notifications.length} notifications; ${most.notifications} are allowed.`);
  }
  const keys = notifications.map(({ type: kind, comparison, threshold, thresholdType }) => [kind, comparison, threshold, thresholdType].join());
  if (new Set(keys).size < keys.length) throw new AwsError('DuplicateRecordException', `Two notifications of the budget ${name} are the same.`);
  for (const { subscribers } of notifications) refuseSubscribers(name, subscribers);
}

function refuseSubscribers(name: string, subscribers: BudgetNotification['subscribers']): void {
  const topics = subscribers.filter(({ type }) => type === 'SNS').length;
  if (subscribers.length === 0) throw invalid(`A notification of the budget ${name} has no subscriber.`);
  if (topics > most.topics || subscribers.length - topics > most.emails) {
    throw new AwsError('CreationLimitExceededException', `A notification of the budget ${name} has more than ${most.topics} topic and ${most.emails} addresses.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
