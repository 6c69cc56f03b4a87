import type {
  AnomalyMonitor as AnomalyMonitorDescription,
  GetAnomalyMonitorsCommandInput,
  GetAnomalyMonitorsCommandOutput,
  GetReservationPurchaseRecommendationCommandInput,
  GetReservationPurchaseRecommendationCommandOutput,
  GetSavingsPlansPurchaseRecommendationCommandInput,
  GetSavingsPlansPurchaseRecommendationCommandOutput,
} from '@aws-sdk/client-cost-explorer';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import { Anomalies, type AnomalyMonitor } from './cost-explorer/anomalies.ts';
import { billingRegion } from './cost-explorer/billing-region.ts';
import type { CostExplorerPrices } from './cost-explorer/prices.ts';
import { parseRequest } from './cost-explorer/recommendation-request.ts';
import { databaseAdvice, describeAdvice, instanceAdvice } from './cost-explorer/reservation-advice.ts';
import { savingsPlanAdvice } from './cost-explorer/savings-plan-advice.ts';
import { hasBill } from './cost-explorer/usage.ts';
import { pageOf } from './paging.ts';

export type { CostExplorerPrices } from './cost-explorer/prices.ts';

/** What Cost Explorer calls the services whose reservations it advises on. */
const adviceByService = {
  'Amazon Elastic Compute Cloud - Compute': instanceAdvice,
  'Amazon Relational Database Service': databaseAdvice,
} as const;

const dayMilliseconds = 86_400_000;
/** After Cost Explorer is enabled, data come "in about 24 hours" (Cost Management user guide, "Enabling Cost Explorer"). */
const firstDataMilliseconds = dayMilliseconds;
/** Without `PageSize`; AWS names no default for it. */
const defaultPageSize = 20;

/** Simulated Cost Explorer: what it would advise to commit to, and Cost Anomaly Detection. It knows of no amounts spent. */
export class CostExplorer implements AwsService {
  readonly sdkId = 'Cost Explorer';
  readonly statesName = 'costexplorer';
  readonly statesErrorPrefix = 'CostExplorer';
  readonly anomalies: Anomalies;

  /** Epoch milliseconds: when somebody enabled it in the console. No call can. Undefined: never. */
  enabledAt: number | undefined;
  /** What it reckons with. Undefined: there are no data. */
  prices: CostExplorerPrices | undefined;
  /** How often it was asked; each costs $0.01 (Cost Explorer pricing page). */
  requests = 0;

  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
    this.anomalies = new Anomalies(account);
  }

  readonly operations = {
    GetReservationPurchaseRecommendation: operation<GetReservationPurchaseRecommendationCommandInput, GetReservationPurchaseRecommendationCommandOutput>({
      authorise: () => onEverything('ce:GetReservationPurchaseRecommendation'),
      execute: (input) => this.#adviseReservations(input),
    }),
    GetSavingsPlansPurchaseRecommendation: operation<GetSavingsPlansPurchaseRecommendationCommandInput, GetSavingsPlansPurchaseRecommendationCommandOutput>({
      authorise: () => onEverything('ce:GetSavingsPlansPurchaseRecommendation'),
      execute: (input) => this.#adviseSavingsPlans(input),
    }),
    GetAnomalyMonitors: operation<GetAnomalyMonitorsCommandInput, GetAnomalyMonitorsCommandOutput>({
      authorise: ({ MonitorArnList: arns = [] }) =>
        (arns.length === 0 ? [`arn:${this.#account.partition}:ce::${this.#account.id}:anomalymonitor/*`] : arns).map((resource) => ({ ...onEverything('ce:GetAnomalyMonitors')[0], resource })),
      execute: (input) => this.#listMonitors(input),
    }),
  };

  get anomalyMonitors(): readonly AnomalyMonitor[] {
    return this.anomalies.monitors;
  }

  /**
   * As somebody opens it in the console for the first time. AWS then makes a monitor of services and a daily
   * summary by itself (user guide, "Enabling Cost Explorer"); it did not in accounts that had it before.
   */
  enable({ at, servicesMonitor = true }: { readonly at?: number; readonly servicesMonitor?: boolean | { readonly arn: string } } = {}): void {
    this.enabledAt = at ?? this.#account.clock.now();
    if (servicesMonitor === false || this.anomalyMonitors.some(({ dimension }) => dimension === 'SERVICE')) return;
    const given = servicesMonitor === true ? undefined : servicesMonitor.arn;
    const { arn } = this.anomalies.addMonitor({ name: 'Default-Services-Monitor', type: 'DIMENSIONAL', dimension: 'SERVICE' }, given);
    this.anomalies.putSubscription({
      name: 'Default-Services-Subscription',
      monitorArns: [arn],
      frequency: 'DAILY',
      subscribers: [{ type: 'EMAIL', address: 'root@account.example' }],
      thresholdExpression: { And: [atLeast('ANOMALY_TOTAL_IMPACT_ABSOLUTE', '100'), atLeast('ANOMALY_TOTAL_IMPACT_PERCENTAGE', '40')] },
    });
  }

  #adviseReservations(input: GetReservationPurchaseRecommendationCommandInput): Omit<GetReservationPurchaseRecommendationCommandOutput, '$metadata'> {
    const prices = this.#dataFor();
    const name = 'GetReservationPurchaseRecommendation';
    const { Service: service = '', ServiceSpecification: specification, TermInYears, PaymentOption, LookbackPeriodInDays } = input;
    if ((specification?.EC2Specification?.OfferingClass ?? 'STANDARD') !== 'STANDARD') throw new NotModelledError(`Convertible reservations of ${name} are not modelled.`);
    if ((input.AccountId ?? this.#account.id) !== this.#account.id) throw new NotModelledError(`AccountId of ${name} is not modelled.`);
    if (!Object.hasOwn(adviceByService, service)) throw new NotModelledError(`${name} of ${service} is not modelled.`);
    const advise = adviceByService[service as keyof typeof adviceByService];
    const page = this.#page(advise(this.#account, prices, parseRequest(name, input)), input);
    const asked = { TermInYears, PaymentOption, LookbackPeriodInDays, ...(specification === undefined ? {} : { ServiceSpecification: specification }) };
    return { Metadata: this.#metadata(), Recommendations: describeAdvice(page.items, asked), NextPageToken: page.nextToken };
  }

  #adviseSavingsPlans(input: GetSavingsPlansPurchaseRecommendationCommandInput): Omit<GetSavingsPlansPurchaseRecommendationCommandOutput, '$metadata'> {
    const prices = this.#dataFor();
    const { SavingsPlansType, TermInYears, PaymentOption, LookbackPeriodInDays } = input;
    const request = parseRequest('GetSavingsPlansPurchaseRecommendation', input);
    const { details, summary } = savingsPlanAdvice(this.#account, prices, SavingsPlansType ?? '', request);
    const page = this.#page(details, input);
    return {
      Metadata: this.#metadata(),
      SavingsPlansPurchaseRecommendation: {
        AccountScope: 'PAYER',
        SavingsPlansType,
        TermInYears,
        PaymentOption,
        LookbackPeriodInDays,
        ...(summary === undefined ? {} : { SavingsPlansPurchaseRecommendationDetails: page.items, SavingsPlansPurchaseRecommendationSummary: summary }),
      },
      NextPageToken: page.nextToken,
    };
  }

  #listMonitors(input: GetAnomalyMonitorsCommandInput): Omit<GetAnomalyMonitorsCommandOutput, '$metadata'> {
    this.#refuseUnlessEnabled();
    const { MonitorArnList: arns = [] } = input;
    const missing = arns.find((arn) => !this.anomalyMonitors.some((monitor) => monitor.arn === arn));
    if (missing !== undefined) throw new AwsError('UnknownMonitorException', `The cost anomaly monitor does not exist for the account: ${missing}`);
    const chosen = this.anomalyMonitors.filter(({ arn }) => arns.length === 0 || arns.includes(arn));
    const page = this.#page(chosen, { PageSize: input.MaxResults, NextPageToken: input.NextPageToken });
    return { AnomalyMonitors: page.items.map(describeMonitor), NextPageToken: page.nextToken };
  }

  /** What is needed to reckon, or the answer of an account that has nothing to reckon on. Unknown is not nothing. */
  #dataFor(): CostExplorerPrices {
    const enabledAt = this.#refuseUnlessEnabled();
    const isTooEarly = this.#account.clock.now() < enabledAt + firstDataMilliseconds;
    if (isTooEarly || this.prices === undefined || !hasBill(this.#account)) {
      throw new AwsError('DataUnavailableException', 'The requested data is unavailable.');
    }
    return this.prices;
  }

  #refuseUnlessEnabled(): number {
    this.requests += 1;
    if (this.enabledAt === undefined || this.enabledAt > this.#account.clock.now()) {
      throw new AwsError('AccessDeniedException', 'User not enabled for cost explorer access');
    }
    return this.enabledAt;
  }

  #page<T>(items: readonly T[], { PageSize: size, NextPageToken: token }: { readonly PageSize?: number | undefined; readonly NextPageToken?: string | undefined }) {
    return pageOf(items, { size, defaultSize: defaultPageSize, token, badToken: () => new AwsError('InvalidNextTokenException', 'The pagination token is invalid.') });
  }

  /** Recommendations are made once a day. */
  #metadata(): { RecommendationId: string; GenerationTimestamp: string } {
    const today = Math.floor(this.#account.clock.now() / dayMilliseconds) * dayMilliseconds;
    return { RecommendationId: this.#account.random.stream('cost-explorer.id').uuid(), GenerationTimestamp: withoutMilliseconds(today) };
  }
}

/** They have no resource (Service Authorization Reference, Cost Explorer). */
function onEverything(action: string): [AuthorisationRequest] {
  return [{ action, resource: '*', context: { 'aws:RequestedRegion': billingRegion } }];
}

function describeMonitor(monitor: AnomalyMonitor): AnomalyMonitorDescription {
  return {
    MonitorArn: monitor.arn,
    MonitorName: monitor.name,
    MonitorType: monitor.type,
    CreationDate: withoutMilliseconds(monitor.createdAt),
    LastUpdatedDate: withoutMilliseconds(monitor.updatedAt),
    ...(monitor.dimension === undefined ? {} : { MonitorDimension: monitor.dimension }),
    ...(monitor.specification === undefined ? {} : { MonitorSpecification: JSON.parse(monitor.specification) }),
  };
}

function atLeast(Key: string, value: string): unknown {
  return { Dimensions: { Key, MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: [value] } };
}

function withoutMilliseconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
