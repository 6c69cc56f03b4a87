import { z } from 'zod';

/** A boolean of a template, which may also stand there as text. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
