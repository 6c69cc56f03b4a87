import { exampleSaleFile, readSaleFile } from '../sale-file.ts';
import { synthesise } from '../synthesis.ts';
import type { SweepSubject } from './run.ts';
import { sweepStories } from './stories.ts';

/** Finds a story by its name, and synthesises what it is played on. */
export function openSubject({ environment, story: name, seed }: { environment: string; story: string; seed: number }): SweepSubject {
  const story = sweepStories(readSaleFile(exampleSaleFile)).get(name);
  if (story === undefined) throw new Error(`There is no story ${name} to sweep over.`);
  return { synthesis: synthesise(environment, story.scenario.change, story.scenario.options), story, seed };
}
