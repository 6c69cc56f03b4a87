import type {
  CreateSavingsPlanCommandInput,
  CreateSavingsPlanCommandOutput,
  DescribeSavingsPlansCommandInput,
  DescribeSavingsPlansCommandOutput,
  SavingsPlan as SavingsPlanDescription,
} from '@aws-sdk/client-savingsplans';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { describePrincipal, type Principal } from '../kernel/principal.ts';
import { type AuthorisationRequest, type AwsService, type ConditionValue, operation } from '../kernel/service.ts';
import { type CommitmentTerm, endOf, isInForce, type PaymentOption, termSeconds } from './cost-explorer/commitments.ts';
import { billingRegion } from './cost-explorer/billing-region.ts';
import { pageOf } from './paging.ts';

/** A plan that somebody bought. */
export interface SavingsPlanDefinition {
  readonly type: 'Compute' | 'EC2Instance' | 'SageMaker' | 'Database';
  /** Of an `EC2Instance` plan, which binds it. */
  readonly family?: string;
  readonly commitmentUsdPerHour: number;
  readonly payment: PaymentOption;
  readonly years: CommitmentTerm['years'];
  /** Epoch milliseconds. @default now */
  readonly startAt?: number;
  /** Of the whole term's cost, paid at the beginning. @default none, half or all of it, as `payment` says */
  readonly upfrontUsd?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SavingsPlan extends SavingsPlanDefinition {
  readonly id: string;
  readonly offeringId: string;
  readonly startAt: number;
  readonly upfrontUsd: number;
}

/** A plan that was bought by a call. What the offering was is not known here. */
export interface SavingsPlanPurchase {
  readonly id: string;
  readonly at: number;
  readonly offeringId: string;
  readonly commitment: string;
  readonly clientToken: string | undefined;
  readonly by: string;
}

const upfrontShares: Readonly<Record<PaymentOption, number>> = { 'No Upfront': 0, 'Partial Upfront': 0.5, 'All Upfront': 1 };
const productTypes: Readonly<Record<SavingsPlanDefinition['type'], readonly string[]>> = {
  Compute: ['EC2', 'Fargate', 'Lambda'],
  EC2Instance: ['EC2'],
  SageMaker: ['SageMaker'],
  Database: ['RDS', 'DynamoDB', 'ElastiCache', 'DocDB', 'Neptune', 'Keyspaces', 'Timestream', 'DMS', 'DSQL', 'OpenSearch'],
};
/** API reference, DescribeSavingsPlans: `maxResults`. */
const pageSizes = { smallest: 1, largest: 1000 } as const;
/** API reference, CreateSavingsPlan: "between 0.001 and 1 million", at most five digits after the point. */
const commitmentForm = /^\d+(?:\.\d{1,5})?$/u;

/** Simulated savings plans: those that stories add, and purchases for checkers to see. */
export class SavingsPlans implements AwsService {
  readonly sdkId = 'savingsplans';
  readonly statesName = 'savingsplans';
  readonly statesErrorPrefix = 'Savingsplans';
  readonly purchases: SavingsPlanPurchase[] = [];

  readonly #account: Account;
  readonly #plans: SavingsPlan[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DescribeSavingsPlans: operation<DescribeSavingsPlansCommandInput, DescribeSavingsPlansCommandOutput>({
      authorise: (input) => this.#onPlans(input),
      execute: (input) => this.#describe(input),
    }),
    CreateSavingsPlan: operation<CreateSavingsPlanCommandInput, CreateSavingsPlanCommandOutput>({
      authorise: ({ tags = {} }) => [{ action: 'savingsplans:CreateSavingsPlan', resource: '*', context: { ...requestTags(tags), ...inBillingRegion } }],
      execute: (input, { principal }) => ({ savingsPlanId: this.#purchase(input, principal).id }),
    }),
  };

  /** As somebody bought it by hand. */
  add(definition: SavingsPlanDefinition): SavingsPlan {
    if ((definition.family !== undefined) !== (definition.type === 'EC2Instance')) throw new Error('An EC2Instance savings plan has a family, and no other has.');
    const { clock, random } = this.#account;
    const total = (definition.commitmentUsdPerHour * termSeconds(definition.years)) / 3600;
    const draws = random.stream('savings-plans.id');
    const defaults = { startAt: clock.now(), upfrontUsd: total * upfrontShares[definition.payment] };
    const plan = { ...defaults, ...definition, id: draws.uuid(), offeringId: draws.uuid() };
    this.#plans.push(plan);
    return plan;
  }

  /** Those whose term is over are among them. */
  all(): readonly SavingsPlan[] {
    return this.#plans;
  }

  #describe(input: DescribeSavingsPlansCommandInput): Omit<DescribeSavingsPlansCommandOutput, '$metadata'> {
    if (input.filters !== undefined && input.filters.length > 0) throw new NotModelledError('Filters of DescribeSavingsPlans are not modelled.');
    const { maxResults: size, nextToken: token, savingsPlanArns: arns = [], savingsPlanIds: ids = [], states = [] } = input;
    if (size !== undefined && (size < pageSizes.smallest || size > pageSizes.largest)) throw invalid(`maxResults must be between ${pageSizes.smallest} and ${pageSizes.largest}.`);
    const shown = this.#plans.map((plan) => this.#show(plan));
    const chosen = shown.filter(
      ({ savingsPlanArn, savingsPlanId, state }) =>
        (arns.length === 0 || arns.includes(savingsPlanArn)) && (ids.length === 0 || ids.includes(savingsPlanId)) && (states.length === 0 || states.includes(state)),
    );
    const page = pageOf(chosen, { size, defaultSize: pageSizes.largest, token, badToken: () => invalid('The nextToken is not valid.') });
    return { savingsPlans: page.items, nextToken: page.nextToken };
  }

  #show(plan: SavingsPlan): SavingsPlanDescription & { readonly savingsPlanArn: string; readonly savingsPlanId: string; readonly state: 'active' | 'queued' | 'retired' } {
    const now = this.#account.clock.now();
    const hours = termSeconds(plan.years) / 3600;
    const start = new Date(plan.startAt).toISOString();
    return {
      offeringId: plan.offeringId,
      savingsPlanId: plan.id,
      savingsPlanArn: this.#arn(plan.id),
      description: `${plan.years} year ${plan.payment} ${plan.type} Savings Plan`,
      start,
      end: new Date(endOf(plan) - 1000).toISOString(),
      state: isInForce(plan, now) ? 'active' : now < plan.startAt ? 'queued' : 'retired',
      ...(plan.family === undefined ? {} : { region: this.#account.region, ec2InstanceFamily: plan.family }),
      savingsPlanType: plan.type,
      paymentOption: plan.payment,
      productTypes: [...productTypes[plan.type]] as never,
      currency: 'USD',
      commitment: String(plan.commitmentUsdPerHour),
      upfrontPaymentAmount: String(plan.upfrontUsd),
      recurringPaymentAmount: String(plan.commitmentUsdPerHour - plan.upfrontUsd / hours),
      termDurationInSeconds: termSeconds(plan.years),
      tags: { ...plan.tags },
      returnableUntil: start,
    };
  }

  /** One token buys once (API reference, CreateSavingsPlan: `clientToken`). Any offering counts as one of AWS's. */
  #purchase(input: CreateSavingsPlanCommandInput, principal: Principal): SavingsPlanPurchase {
    for (const member of ['purchaseTime', 'upfrontPaymentAmount'] as const) {
      if (input[member] !== undefined) throw new NotModelledError(`${member} of CreateSavingsPlan is not modelled.`);
    }
    const { savingsPlanOfferingId: offeringId = '', commitment = '', clientToken } = input;
    const amount = Number(commitment);
    if (!commitmentForm.test(commitment) || amount < 0.001 || amount > 1_000_000) throw invalid(`The commitment ${commitment} is not valid.`);
    const before = this.purchases.find((purchase) => clientToken !== undefined && purchase.clientToken === clientToken);
    if (before !== undefined) return before;
    const { clock, random } = this.#account;
    const bought = { id: random.stream('savings-plans.id').uuid(), at: clock.now(), offeringId, commitment, clientToken, by: describePrincipal(principal) };
    this.purchases.push(bought);
    this.#account.note('savings-plans.purchased', `${bought.by} bought a savings plan of ${commitment} USD an hour.`, { ...bought });
    return bought;
  }

  #onPlans({ savingsPlanArns: arns = [], savingsPlanIds: ids = [] }: DescribeSavingsPlansCommandInput): AuthorisationRequest[] {
    const asked = [...arns, ...ids.map((id) => this.#arn(id))];
    return (asked.length === 0 ? [this.#arn('*')] : asked).map((resource) => {
      const tags = this.#plans.find(({ id }) => this.#arn(id) === resource)?.tags ?? {};
      const context = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
      return { action: 'savingsplans:DescribeSavingsPlans', resource, context: { ...context, ...inBillingRegion } };
    });
  }

  /** Plans belong to no Region. */
  #arn(id: string): string {
    return `arn:${this.#account.partition}:savingsplans::${this.#account.id}:savingsplan/${id}`;
  }
}

const inBillingRegion = { 'aws:RequestedRegion': billingRegion } as const;

function requestTags(tags: Readonly<Record<string, string>>): Record<string, ConditionValue> {
  const keys = Object.keys(tags);
  const each = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
  return keys.length === 0 ? each : { ...each, 'aws:TagKeys': keys };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
