import type { StateType } from './program.ts';

const everyState = ['Type', 'Comment', 'QueryLanguage'] as const;
const transition = ['Next', 'End'] as const;
const effects = ['Assign', 'Output'] as const;
const errorHandling = ['Retry', 'Catch'] as const;

/** Fields of each state type in JSONata (States Language specification, table of fields). */
export const stateFields: Readonly<Record<StateType, readonly string[]>> = {
  Pass: [...everyState, ...transition, ...effects],
  Task: [
    ...everyState, ...transition, ...effects, ...errorHandling,
    'Resource', 'Arguments', 'Credentials', 'TimeoutSeconds', 'HeartbeatSeconds',
  ],
  Choice: [...everyState, ...effects, 'Choices', 'Default'],
  Wait: [...everyState, ...transition, ...effects, 'Seconds', 'Timestamp'],
  Succeed: [...everyState, 'Output'],
  Fail: [...everyState, 'Error', 'Cause'],
  Parallel: [...everyState, ...transition, ...effects, ...errorHandling, 'Arguments', 'Branches'],
  Map: [
    ...everyState, ...transition, ...effects, ...errorHandling, 'Items', 'ItemSelector', 'ItemProcessor',
    'MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage', 'Label',
  ],
};

export const machineFields = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
export const branchFields = ['Comment', 'StartAt', 'States'];
export const processorFields = [...branchFields, 'ProcessorConfig'];
export const choiceRuleFields = ['Condition', 'Next', 'Comment', ...effects];
export const catcherFields = ['ErrorEquals', 'Next', 'Comment', ...effects];
export const retrierFields = [
  'ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment',
];

/** Fields that AWS has and this simulator does not. */
export const notModelledFields: readonly string[] = ['ItemBatcher', 'ItemReader', 'ResultWriter', 'Iterator'];

/** Fields of the other query language, which a JSONata state may not carry. */
export const jsonPathFields = new Set([
  'InputPath', 'OutputPath', 'ResultPath', 'ResultSelector', 'Parameters', 'Result', 'ItemsPath', 'Variable',
  'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'ErrorPath', 'CausePath',
  'MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath', 'And', 'Or', 'Not',
]);
