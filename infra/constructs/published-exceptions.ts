import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Exception } from '../../functions/compliance/exceptions.ts';

export interface PublishedExceptionsProps {
  /** `production`: part of the names of the parameters. */
  readonly environment: string;
  readonly exceptions: readonly Exception[];
}

/** What a parameter of the standard tier holds. Source: Systems Manager user guide, "Managing parameter tiers". */
const maxParameterBytes = 4096;

/**
 * The exceptions of the configuration, where the functions find them: `/webmarket/<environment>/exceptions/<n>`, from 1
 * on, each a JSON list. With none at all the first one holds an empty list, so that "none" and "not deployed" differ.
 */
export class PublishedExceptions extends Construct {
  /** Folder of the parameters, for who reads them: `/webmarket/production/exceptions`. */
  readonly path: string;

  constructor(scope: Construct, id: string, props: PublishedExceptionsProps) {
    super(scope, id);
    this.path = `/webmarket/${props.environment}/exceptions`;
    for (const [index, value] of chunk(props.exceptions).entries()) {
      new StringParameter(this, `Part${index + 1}`, {
        parameterName: `${this.path}/${index + 1}`,
        description: 'Drift that is accepted for a while, from config/exceptions.yaml.',
        stringValue: value,
        tier: ParameterTier.STANDARD,
      });
    }
  }
}

/** JSON lists of whole exceptions, each small enough for a parameter. */
function chunk(exceptions: readonly Exception[]): string[] {
  const chunks: string[] = [];
  let entries: string[] = [];
  for (const exception of exceptions) {
    const entry = JSON.stringify(exception);
    if (Buffer.byteLength(listOf([entry])) > maxParameterBytes) {
      throw new Error(
        `config/exceptions.yaml: the exception to ${exception.check} for ${exception.resource} has ${Buffer.byteLength(entry)} bytes, expected at most ${maxParameterBytes - 2}: shorten its reason.`,
      );
    }
    if (Buffer.byteLength(listOf([...entries, entry])) > maxParameterBytes) {
      chunks.push(listOf(entries));
      entries = [];
    }
    entries.push(entry);
  }
  return [...chunks, listOf(entries)];
}

function listOf(entries: readonly string[]): string {
  return `[${entries.join(',')}]`;
}
