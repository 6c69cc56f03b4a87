import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Recording, Replay } from './replay.ts';

const replayModule = fileURLToPath(new URL('replay.ts', import.meta.url));

/** Of the 512 MB of the function; the rest is for Node, buffers and the young generation. */
const heapMebibytes = 400;

/** Replays a recording in a process of its own, with files in `folder`. Throws where its answer is not the recorded one. */
export function measure(recording: Recording, folder: string): Replay {
  const bundle = join(folder, `${recording.name}.mjs`);
  const input = join(folder, `${recording.name}.json`);
  const output = join(folder, `${recording.name}-replay.json`);
  writeFileSync(input, JSON.stringify(recording));
  // As the function is bundled for Lambda (infra/constructs/orchestrator-function.ts), with the replay beside it.
  buildSync({
    stdin: { contents: programOf(recording.entry), resolveDir: folder, sourcefile: 'program.ts', loader: 'ts' },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  const { status, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${heapMebibytes}`, bundle, input, output], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The replay of ${recording.name} ended with ${status ?? 'a signal'}: ${stderr.slice(-2000)}`);
  const replay = JSON.parse(readFileSync(output, 'utf8')) as Replay;
  if (replay.result !== recording.result) throw new Error(`${recording.name} answered ${replay.result} and not ${recording.result}.`);
  return replay;
}

function programOf(entry: string): string {
  return `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { handler } from ${JSON.stringify(entry)};
    import { replay } from ${JSON.stringify(replayModule)};
    const [, , input, output] = process.argv;
    writeFileSync(output, JSON.stringify(await replay(handler, JSON.parse(readFileSync(input, 'utf8')))));
  `;
}
