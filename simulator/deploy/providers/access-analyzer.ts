import { z } from 'zod';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';

const analyzerProperties = z.object({
  AnalyzerName: z.string().optional(),
  Tags: tagList,
  Type: z.enum([
    'ACCOUNT', 'ORGANIZATION', 'ACCOUNT_UNUSED_ACCESS', 'ORGANIZATION_UNUSED_ACCESS', 'ACCOUNT_INTERNAL_ACCESS', 'ORGANIZATION_INTERNAL_ACCESS',
  ]),
});

function putAnalyzer(request: ResourceRequest, name: string): Provisioned {
  const { Tags: tags, Type: type } = analyzerProperties.parse(request.properties);
  const arn = request.account.accessAnalyzer.putAnalyzer({ name, type, tags });
  return { ref: arn, attributes: { Arn: arn } };
}

function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

const analyzer: ResourceProvider = {
  type: 'AWS::AccessAnalyzer::Analyzer',
  modelled: ['AnalyzerName', 'Tags', 'Type'],
  recorded: {
    AnalyzerConfiguration: 'Analyzers find nothing in the simulated account.',
    ArchiveRules: 'As the configuration.',
  },
  create: (request) => putAnalyzer(request, analyzerProperties.parse(request.properties).AnalyzerName ?? physicalName(request, 255)),
  update: (request, current) => putAnalyzer(request, nameIn(current.ref)),
  delete: (request, current) => request.account.accessAnalyzer.removeAnalyzer(nameIn(current.ref)),
};

export const providers: readonly ResourceProvider[] = [analyzer];
