import type { ResourceProvider } from '../provider.ts';

/** CloudFormation has no resource type that changes a quota of the account itself. */
export const providers: readonly ResourceProvider[] = [];
