import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { type BudgetDefinition, budgetTimeUnits, budgetTypes } from '../../services/budgets.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';

/** What it covers and how it is filtered changes nothing here: nothing is spent. It must only be a member of the type. */
const ignored = z.unknown();

const budgetProperties = z.object({
  Budget: z.strictObject({
    AutoAdjustData: ignored.optional(),
    BillingViewArn: ignored.optional(),
    BudgetLimit: z.strictObject({ Amount: z.coerce.number(), Unit: z.string() }).optional(),
    BudgetName: z.string().optional(),
    BudgetType: z.enum(budgetTypes),
    CostFilters: ignored.optional(),
    CostTypes: ignored.optional(),
    FilterExpression: ignored.optional(),
    Metrics: ignored.optional(),
    PlannedBudgetLimits: ignored.optional(),
    TimePeriod: ignored.optional(),
    TimeUnit: z.enum(budgetTimeUnits),
  }),
  NotificationsWithSubscribers: z
    .array(
      z.strictObject({
        Notification: z.strictObject({
          ComparisonOperator: z.enum(['GREATER_THAN', 'LESS_THAN', 'EQUAL_TO']),
          NotificationType: z.enum(['ACTUAL', 'FORECASTED']),
          Threshold: z.coerce.number().min(0).max(15_000_000_000_000),
          ThresholdType: z.enum(['PERCENTAGE', 'ABSOLUTE_VALUE']).default('PERCENTAGE'),
        }),
        Subscribers: z.array(z.strictObject({ Address: z.string().min(1).max(2_147_483_647), SubscriptionType: z.enum(['EMAIL', 'SNS']) })),
      }),
    )
    .default([]),
});

function definitionOf(request: ResourceRequest, name: string): BudgetDefinition {
  const { Budget: budget, NotificationsWithSubscribers: notifications } = budgetProperties.parse(request.properties);
  const { BudgetLimit: limit, PlannedBudgetLimits: planned, AutoAdjustData: adjusted } = budget;
  if (limit === undefined && planned === undefined && adjusted === undefined) {
    throw new NotModelledError(`The budget ${name} has no limit, plans none and adjusts none: not modelled.`);
  }
  return {
    name,
    type: budget.BudgetType,
    timeUnit: budget.TimeUnit,
    limit: limit === undefined ? undefined : { amount: limit.Amount, unit: limit.Unit },
    notifications: notifications.map(({ Notification: notification, Subscribers: subscribers }) => ({
      type: notification.NotificationType,
      comparison: notification.ComparisonOperator,
      threshold: notification.Threshold,
      thresholdType: notification.ThresholdType,
      subscribers: subscribers.map(({ Address: address, SubscriptionType: type }) => ({ address, type })),
    })),
  };
}

const nameOf = ({ properties }: ResourceRequest): string | undefined => budgetProperties.parse(properties).Budget.BudgetName;

const budget: ResourceProvider = {
  type: 'AWS::Budgets::Budget',
  modelled: Object.keys(budgetProperties.shape),
  recorded: { ResourceTags: 'No policy of the project depends on tags of budgets.' },
  create(request): Provisioned {
    const { name } = request.account.budgets.create(definitionOf(request, nameOf(request) ?? physicalName(request, 100)));
    return { ref: name, attributes: {} };
  },
  /** Its limit changes in place; another name or other notifications make another budget. */
  update(request, current, previous): Provisioned {
    const isReplaced =
      nameOf(request) !== nameOf(previous) || !isDeepStrictEqual(request.properties['NotificationsWithSubscribers'], previous.properties['NotificationsWithSubscribers']);
    if (isReplaced) throw new NotModelledError(`A change of BudgetName or NotificationsWithSubscribers replaces the budget ${request.logicalId}: not modelled.`);
    request.account.budgets.change(definitionOf(request, current.ref));
    return current;
  },
  delete: ({ account }, current) => account.budgets.remove(current.ref),
};

export const providers: readonly ResourceProvider[] = [budget];
