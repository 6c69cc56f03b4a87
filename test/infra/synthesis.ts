import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { parseDocument } from 'yaml';
import { Stack } from 'aws-cdk-lib';
import { createApp, type WebMarketApp } from '../../infra/application.ts';
import { parseConfig, type EnvironmentConfig } from '../../infra/config.ts';

/** Fields of an environment by their path, such as `{ 'data.engine': 'mysql' }`; `undefined` takes a field away. */
export type ConfigChanges = Readonly<Record<string, unknown>>;

/** The text of `config/production.yaml` with some fields changed, which need not make sense. */
export function configText(changes: ConfigChanges = {}): string {
  const document = parseDocument(readFileSync(new URL('../../config/production.yaml', import.meta.url), 'utf8'));
  for (const [path, value] of Object.entries(changes)) {
    if (value === undefined) document.deleteIn(path.split('.'));
    else document.setIn(path.split('.'), value);
  }
  return document.toString();
}

/** The production environment with some fields changed. */
export function configWith(changes: ConfigChanges = {}): EnvironmentConfig {
  return parseConfig(configText(changes), 'production.yaml');
}

/** Synthesises the app. Functions are not bundled: no assertion here looks into them, and it takes seconds. */
export function synthesise(changes: ConfigChanges = {}): WebMarketApp {
  return synthesiseConfig(configWith(changes));
}

export function synthesiseConfig(config: EnvironmentConfig): WebMarketApp {
  const app = createApp({ config, context: { 'aws:cdk:bundling-stacks': [] } });
  quietly(() => app.synth());
  return app;
}

/**
 * Runs what synthesises without its report on the console: the warning about plain HTTP is deliberate, and
 * whatever matters more is also in the error that synthesis throws.
 */
export function quietly<T>(synthesis: () => T): T {
  const print = console.error;
  console.error = () => {};
  try {
    return synthesis();
  } finally {
    console.error = print;
  }
}

/** Every stack of an app with its template, whichever stacks there are. */
export function templatesOf(app: WebMarketApp): { name: string; template: Template }[] {
  return app.node.children.filter(Stack.isStack).map((stack) => ({ name: stack.node.id, template: Template.fromStack(stack) }));
}

export interface TemplateResource {
  readonly logicalId: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** Resources of one type, or all, with their logical ids. */
export function resourcesOf(template: Template, type?: string): TemplateResource[] {
  const resources = template.toJSON()['Resources'] as Record<string, Omit<TemplateResource, 'logicalId'>>;
  return Object.entries(resources)
    .filter(([, resource]) => type === undefined || resource.Type === type)
    .map(([logicalId, resource]) => ({ ...resource, logicalId, Properties: resource.Properties ?? {} }));
}

/** The one resource of a type. Throws when there are none or several: the assertion would be about an arbitrary one. */
export function theOnly(template: Template, type: string): TemplateResource {
  const [resource, ...others] = resourcesOf(template, type);
  if (resource === undefined || others.length > 0) throw new Error(`expected one ${type}, found ${others.length + (resource === undefined ? 0 : 1)}`);
  return resource;
}
