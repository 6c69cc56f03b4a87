import { NotModelledError } from '../../kernel/aws-error.ts';

/** What a target gets of an event. At most one of the three; none is the whole event. */
export interface TargetInput {
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | { readonly InputTemplate: string; readonly InputPathsMap?: Readonly<Record<string, string>> | undefined }
    | undefined;
}

export interface RuleIdentity {
  readonly name: string;
  readonly arn: string;
}

/** The JSON text that a target gets. */
export function payloadFor(input: TargetInput, event: object, rule: RuleIdentity): string {
  if (input.Input !== undefined) return input.Input;
  if (input.InputPath !== undefined) return JSON.stringify(valueAt(event, input.InputPath) ?? {});
  if (input.InputTransformer !== undefined) return transform(input.InputTransformer, event, rule);
  return JSON.stringify(event);
}

/** A JSON path of names, dotted or in brackets, and indexes; EventBridge knows no more ("Input transformation"). */
function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(?:\.[\w-]+|\['[^']+'\]|\[\d+\])*$/u.test(path)) throw new NotModelledError(`The JSON path ${path} is not modelled.`);
  let current = event;
  for (const [, name, quoted, index] of path.matchAll(/\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]/gu)) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[name ?? quoted ?? index ?? ''];
  }
  return current;
}

function transform(
  { InputTemplate: template, InputPathsMap: paths = {} }: NonNullable<TargetInput['InputTransformer']>,
  event: object,
  rule: RuleIdentity,
): string {
  const values = new Map<string, unknown>(Object.entries(paths).map(([name, path]) => [name, valueAt(event, path)]));
  values.set('aws.events.rule-arn', rule.arn);
  values.set('aws.events.rule-name', rule.name);
  values.set('aws.events.event', event);
  values.set('aws.events.event.json', event);
  values.set('aws.events.event.ingestion-time', valueAt(event, '$.time'));
  const isNamed = (name: string): boolean => {
    if (!values.has(name) && name.startsWith('aws.events.')) throw new NotModelledError(`<${name}> is not modelled.`);
    return values.has(name);
  };
  let isInText = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/gsu, (token: string, name: string | undefined) => {
    if (token === '"') isInText = !isInText;
    if (name === undefined || !isNamed(name)) return token;
    const value = values.get(name);
    if (!isInText) return value === undefined ? '""' : JSON.stringify(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
    // Within quotes, the value becomes part of a JSON string.
    return JSON.stringify(text).slice(1, -1);
  });
}
