import type { AnalyzerSummary, ListAnalyzersCommandInput, ListAnalyzersCommandOutput } from '@aws-sdk/client-accessanalyzer';
import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { pageOf } from './paging.ts';

const analyzerTypes = [
  'ACCOUNT', 'ORGANIZATION', 'ACCOUNT_UNUSED_ACCESS', 'ORGANIZATION_UNUSED_ACCESS', 'ACCOUNT_INTERNAL_ACCESS', 'ORGANIZATION_INTERNAL_ACCESS',
] as const;

const analyzerStatuses = ['ACTIVE', 'CREATING', 'DISABLED', 'FAILED'] as const;

export interface AnalyzerDefinition {
  readonly name: string;
  readonly type: (typeof analyzerTypes)[number];
  /** @default 'ACTIVE' */
  readonly status?: (typeof analyzerStatuses)[number];
  readonly tags?: Readonly<Record<string, string>>;
}

interface Analyzer extends AnalyzerDefinition {
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Simulated IAM Access Analyzer: which analyzers there are. They find nothing. */
export class AccessAnalyzer implements AwsService {
  readonly sdkId = 'AccessAnalyzer';
  readonly statesName = 'accessanalyzer';
  readonly statesErrorPrefix = 'AccessAnalyzer';

  readonly #account: Account;
  readonly #analyzers = new Map<string, Analyzer>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    ListAnalyzers: operation<ListAnalyzersCommandInput, ListAnalyzersCommandOutput>({
      authorise: () => [{ action: 'access-analyzer:ListAnalyzers', resource: '*' }],
      execute: (input) => this.#list(input),
    }),
  };

  /** Creates an analyzer or changes it. Gives its ARN. */
  putAnalyzer(definition: AnalyzerDefinition): string {
    const arn = this.#account.arn('access-analyzer', `analyzer/${definition.name}`);
    const createdAt = this.#analyzers.get(definition.name)?.createdAt ?? this.#account.clock.now();
    this.#analyzers.set(definition.name, { ...definition, arn, createdAt });
    return arn;
  }

  /** As somebody does by hand; without effect where there is none. */
  removeAnalyzer(name: string): void {
    this.#analyzers.delete(name);
  }

  #list(input: ListAnalyzersCommandInput): Omit<ListAnalyzersCommandOutput, '$metadata'> {
    const { type, maxResults: size, nextToken: token } = input;
    if (type !== undefined && !analyzerTypes.some((known) => known === type)) throw invalid(`The analyzer type ${type} is not valid.`);
    const chosen = [...this.#analyzers.values()].filter((analyzer) => analyzer.type === (type ?? analyzer.type));
    const page = pageOf(chosen, { size, defaultSize: 100, token, badToken: () => invalid('The nextToken is not valid.') });
    return { analyzers: page.items.map(describe), nextToken: page.nextToken };
  }
}

function describe(analyzer: Analyzer): AnalyzerSummary {
  return {
    arn: analyzer.arn,
    name: analyzer.name,
    type: analyzer.type,
    createdAt: new Date(analyzer.createdAt),
    status: analyzer.status ?? 'ACTIVE',
    tags: { ...analyzer.tags },
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
