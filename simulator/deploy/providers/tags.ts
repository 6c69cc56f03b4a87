import { z } from 'zod';

/** `Tags` of a template, a list of `Key` and `Value`, as a record. */
export const tagList = z
  .array(z.object({ Key: z.string(), Value: z.coerce.string() }))
  .default([])
  .transform((tags): Readonly<Record<string, string>> => Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value])));
