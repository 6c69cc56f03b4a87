import type { ResourceProvider } from '../provider.ts';

const metadata: ResourceProvider = {
  type: 'AWS::CDK::Metadata',
  modelled: [],
  recorded: { Analytics: 'The CDK counts its users by it; it is no resource.' },
  create: ({ logicalId }) => ({ ref: logicalId, attributes: {} }),
  update: (_request, current) => current,
  delete: () => {},
};

export const providers: readonly ResourceProvider[] = [metadata];
