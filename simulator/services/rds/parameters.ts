import type { DescribeDBParametersCommandInput, DescribeDBParametersCommandOutput, Parameter } from '@aws-sdk/client-rds';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { Database } from './database.ts';
import { pageByMarker } from './paging.ts';

/** Parameters of a group, by name. */
export type Parameters = Readonly<Record<string, string>>;

interface ParameterGroup {
  readonly parameters: Parameters;
  /** Such as `postgres17`; undefined where only the databases that use it tell. */
  readonly family: string | undefined;
}

/**
 * Defaults that durability rests on (PostgreSQL documentation, "Write Ahead Log"; MySQL reference manual, "InnoDB Startup
 * Options" and "Binary Logging Options"). The hundreds of others are not listed.
 */
const engineDefaults: Readonly<Record<string, Parameters>> = {
  postgres: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
  mysql: { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1' },
};

const sources = ['user', 'system', 'engine-default'] as const;

/** Parameter groups: those of templates, and the default one of each family, which sets nothing. */
export class ParameterGroups {
  readonly #groups = new Map<string, ParameterGroup>();

  put(name: string, parameters: Parameters, family: string | undefined): void {
    this.#groups.set(name, { parameters, family });
  }

  /** Parameters that a group sets; empty for a default group. */
  parameters(name: string): Parameters {
    return this.#groups.get(name)?.parameters ?? {};
  }

  describe(input: DescribeDBParametersCommandInput, databases: readonly Database[]): Omit<DescribeDBParametersCommandOutput, '$metadata'> {
    const { Source: source } = input;
    if (source !== undefined && !sources.some((known) => known === source)) {
      throw new AwsError('InvalidParameterValue', `Invalid value ${source} for Source. Must be one of ${sources.join(', ')}`);
    }
    const name = String(input.DBParameterGroupName).toLowerCase();
    const listed = this.#list(name, databases).filter(({ Source }) => source === undefined || Source === source);
    const { items, rest } = pageByMarker('DescribeDBParameters', listed, input);
    return { Parameters: items, ...rest };
  }

  /** In alphabetical order. */
  #list(name: string, databases: readonly Database[]): Parameter[] {
    const set = this.parameters(name);
    const defaults = engineDefaults[this.#engineOf(name, databases)] ?? {};
    const all: Parameter[] = [
      ...Object.entries(set).map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue, Source: 'user' })),
      ...Object.entries(defaults)
        .filter(([ParameterName]) => !Object.hasOwn(set, ParameterName))
        .map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue, Source: 'engine-default' })),
    ];
    return all.toSorted((left, right) => (String(left.ParameterName) < String(right.ParameterName) ? -1 : 1));
  }

  #engineOf(name: string, databases: readonly Database[]): string {
    const group = this.#groups.get(name);
    const family = group === undefined ? /^default\.(.+)$/u.exec(name)?.[1] : group.family;
    const engine = /^[a-z-]+/u.exec(family ?? '')?.[0] ?? databases.find(({ definition }) => definition.parameterGroup === name)?.definition.engine;
    if (group === undefined && family === undefined) throw new AwsError('DBParameterGroupNotFoundFault', `DBParameterGroup not found: ${name}`, { statusCode: 404 });
    if (engine === undefined || !Object.hasOwn(engineDefaults, engine)) throw new NotModelledError(`Parameters of ${engine ?? 'the unknown family'} in ${name} are not modelled.`);
    return engine;
  }
}
