import { paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { ssm } from '../platform/clients.ts';
import { Defect } from '../platform/errors.ts';
import { type Exception, exceptionSchema } from './exceptions.ts';

/** The exceptions of `config/exceptions.yaml`, which the app publishes as parameters of a few each. */
export async function readPublishedExceptions(environment: string): Promise<Exception[]> {
  const exceptions: Exception[] = [];
  const path = `/webmarket/${environment}/exceptions/`;
  for await (const page of paginateGetParametersByPath({ client: ssm() }, { Path: path, Recursive: true })) {
    for (const { Name: name = '', Value: value = '' } of page.Parameters ?? []) exceptions.push(...parse(name, value));
  }
  return exceptions;
}

function parse(name: string, value: string): Exception[] {
  try {
    return z.array(exceptionSchema).parse(JSON.parse(value));
  } catch (cause) {
    throw new Defect(`The parameter ${name} holds no list of exceptions: ${String(cause)}`, { cause });
  }
}
