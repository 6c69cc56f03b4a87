import { AsyncLocalStorage } from 'node:async_hooks';
import { currentCaller } from './caller.ts';
import type { VirtualClock } from './clock.ts';
import { installDriverHook } from './driver-hook.ts';
import { installSdkHook } from './sdk-hook.ts';

/**
 * Makes this process a host of execution environments: code that runs as a caller sees the caller's
 * environment variables, prints to the caller's log, and reaches the simulated account through the SDK and through
 * database drivers.
 * Gives the function that undoes it all.
 */
export function hostCallers(): () => void {
  const undo = [hookEnvironment(), hookOutput(process.stdout), hookOutput(process.stderr), hookTimers(), hookRandom(), installSdkHook(), installDriverHook()];
  return () => {
    for (const restore of undo.toReversed()) restore();
  };
}

/** Starts virtual time for this process and hosts callers in it. */
export function hostVirtualProcess(clock: VirtualClock): () => void {
  const unhost = hostCallers();
  return () => {
    unhost();
    clock.uninstall();
  };
}

function hookEnvironment(): () => void {
  const real = process.env;
  const visible = (): NodeJS.ProcessEnv => currentCaller()?.environment ?? real;
  process.env = new Proxy<NodeJS.ProcessEnv>({}, {
    get: (_target, key) => Reflect.get(visible(), key) as unknown,
    set: (_target, key, value) => Reflect.set(visible(), key, String(value)),
    deleteProperty: (_target, key) => Reflect.deleteProperty(visible(), key),
    has: (_target, key) => Reflect.has(visible(), key),
    ownKeys: () => Reflect.ownKeys(visible()),
    getOwnPropertyDescriptor: (_target, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(visible(), key);
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
  return () => {
    process.env = real;
  };
}

function hookOutput(stream: NodeJS.WriteStream): () => void {
  // It is only ever applied to the stream.
  // oxlint-disable-next-line typescript/unbound-method
  const real = stream.write;
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const caller = currentCaller();
    if (caller === undefined) return Reflect.apply(real, stream, [chunk, ...rest]) as boolean;
    caller.print(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
    return true;
  };
  stream.write = write;
  return () => {
    stream.write = real;
  };
}

/** A real timer keeps the asynchronous context of whoever set it; a virtual one does so only if it is bound. */
function hookTimers(): () => void {
  const { setTimeout, setInterval } = globalThis;
  const bound = (set: typeof setTimeout) =>
    (callback: (...rest: unknown[]) => void, ...rest: unknown[]): unknown =>
      Reflect.apply(set, globalThis, [AsyncLocalStorage.bind(callback), ...rest]);
  globalThis.setTimeout = bound(setTimeout) as unknown as typeof setTimeout;
  globalThis.setInterval = bound(setInterval as unknown as typeof setTimeout) as unknown as typeof setInterval;
  return () => {
    globalThis.setTimeout = setTimeout;
    globalThis.setInterval = setInterval;
  };
}

/** The SDK draws the waits between its retries: a caller's come from the seed, so that a run can be repeated. */
function hookRandom(): () => void {
  const real = Math.random;
  Math.random = () => currentCaller()?.account.random.stream('math').next() ?? real();
  return () => {
    Math.random = real;
  };
}
