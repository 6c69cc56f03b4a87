import { type Parameter, paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { ssm } from '../platform/clients.ts';
import { Defect } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import { type Baseline, type BaselineKind, baselineKinds, type DeclaredGroup, type DeclaredMembership, type DeclaredRole } from './baseline.ts';
import { pageSizes } from './collect-calls.ts';

/**
 * The baseline as the CDK app published it. Throws {@link Defect} where a document does not fit or there is none at all:
 * against half a baseline everything that is declared would look like drift.
 */
export async function readBaseline(environment: string): Promise<Baseline> {
  const path = `/webmarket/${environment}/baseline/`;
  const pages = paginateGetParametersByPath({ client: ssm(), pageSize: pageSizes.GetParametersByPath }, { Path: path, Recursive: true });
  const parameters = await gather(pages, ({ Parameters }) => Parameters ?? []);
  if (parameters.length === 0) throw new Defect(`There is no baseline: not one parameter stands under ${path}.`);
  return parseBaseline(path, parameters);
}

function parseBaseline(path: string, parameters: readonly Parameter[]): Baseline {
  const groups: DeclaredGroup[] = [];
  const memberships: DeclaredMembership[] = [];
  const roles: DeclaredRole[] = [];
  for (const { Name: name = '', Value: value = '' } of parameters) {
    const kind = name.slice(path.length).split('/')[0] ?? '';
    if (!isKind(kind)) throw new Defect(`The parameter ${name} is of no kind of the baseline, expected ${Object.keys(baselineKinds).join(', ')}.`);
    switch (kind) {
      case 'security-groups':
        groups.push(parseDocument(baselineKinds[kind], name, value));
        break;
      case 'memberships':
        memberships.push(parseDocument(baselineKinds[kind], name, value));
        break;
      case 'roles':
        roles.push(parseDocument(baselineKinds[kind], name, value));
        break;
    }
  }
  return { groups, memberships, roles };
}

function parseDocument<Schema extends z.ZodType>(schema: Schema, name: string, value: string): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    throw new Defect(`The parameter ${name} holds no JSON document.`, { cause: error });
  }
  const result = schema.safeParse(json);
  if (!result.success) throw new Defect(`The parameter ${name} is no document of the baseline: ${z.prettifyError(result.error)}`);
  return result.data;
}

function isKind(kind: string): kind is BaselineKind {
  return Object.hasOwn(baselineKinds, kind);
}
