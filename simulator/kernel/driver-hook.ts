import { AsyncLocalStorage } from 'node:async_hooks';
import dns from 'node:dns/promises';
import net from 'node:net';
import timers from 'node:timers';
import tls from 'node:tls';
import { NotModelledError } from './aws-error.ts';
import { type Caller, currentCaller, runAsNobody } from './caller.ts';
import { divert, divertedLine } from './driver-hook/diverted-socket.ts';
import { lookupFailed } from './driver-hook/network-errors.ts';
import { SecureStream } from './driver-hook/secure-stream.ts';
import { type Authorities, rememberAuthorities } from './driver-hook/trust.ts';

/**
 * Puts the simulated account under database drivers: a caller's sockets lead to the account's databases, its TLS
 * is theirs, and its names are looked up there. All above the socket stays the driver's own: its protocol, its
 * time-outs, its errors. Code that runs for no caller keeps the real network.
 */

/** How long a look-up of a name takes, in milliseconds. */
const lookupMilliseconds = { low: 1, high: 3 };

type Function = (...parameters: never[]) => unknown;

/** Gives the function that takes the hook away. */
export function installDriverHook(): () => void {
  const undo = [hookConnect(), hookTls(), hookSecureContext(), hookLookup(), hookTimersModule()];
  return () => {
    for (const restore of undo.toReversed()) restore();
  };
}

/** Replaces a member of a module or prototype, and gives the function that puts the real one back. */
function replace<Owner extends object, Name extends keyof Owner>(owner: Owner, name: Name, make: (real: Owner[Name]) => Function): () => void {
  const real = owner[name];
  owner[name] = make(real) as Owner[Name];
  return () => {
    owner[name] = real;
  };
}

function hookConnect(): () => void {
  return replace(net.Socket.prototype, 'connect', (real) => {
    return function connect(this: net.Socket, ...parameters: unknown[]): unknown {
      const caller = currentCaller();
      if (caller === undefined) return Reflect.apply(real, this, parameters);
      const { host, port, onConnect } = readTarget(parameters);
      if (port === undefined) return refuse(caller, 'A connection that is not one of TCP, to a host and a port, is not modelled.');
      if (onConnect !== undefined) this.once('connect', onConnect);
      return divert(this, { host, port }, caller);
    };
  });
}

function hookTls(): () => void {
  return replace(tls, 'connect', (real) => {
    return function connect(...parameters: unknown[]): unknown {
      const [options, onSecure] = parameters as [tls.ConnectionOptions | undefined, (() => void) | undefined];
      const socket = options?.socket;
      const line = socket === undefined ? undefined : divertedLine(socket);
      if (line !== undefined && options !== undefined) return new SecureStream(line, options, onSecure);
      const caller = currentCaller();
      return caller === undefined ? Reflect.apply(real, tls, parameters) : refuse(caller, 'TLS that is not begun on a connection is not modelled.');
    };
  });
}

/** Building a real context parses every certificate, which takes a caller's time and serves nobody here. */
function hookSecureContext(): () => void {
  return replace(tls, 'createSecureContext', (real) => {
    return function createSecureContext(...parameters: unknown[]): unknown {
      const [options] = parameters as [{ readonly ca?: Authorities } | undefined];
      return currentCaller() === undefined ? Reflect.apply(real, tls, parameters) : rememberAuthorities(options?.ca);
    };
  });
}

function hookLookup(): () => void {
  return replace(dns, 'lookup', (real) => {
    return async function lookup(...parameters: unknown[]): Promise<unknown> {
      const caller = currentCaller();
      if (caller === undefined) return Reflect.apply(real, dns, parameters);
      const [host, options] = parameters as [string, { readonly all?: boolean } | undefined];
      const { account } = caller;
      const address = await runAsNobody(async () => {
        await account.clock.sleep(account.random.stream('database.network').integer(lookupMilliseconds.low, lookupMilliseconds.high));
        return account.databaseServers.resolve(host);
      });
      if (caller.isGone()) return new Promise(() => {});
      if (address === undefined) throw lookupFailed(host);
      const found = { address, family: 4 };
      return options?.all === true ? [found] : found;
    };
  });
}

/** Drivers take timers from the module as well; those of the global object are bound to their caller already. */
function hookTimersModule(): () => void {
  const undo = [replace(timers, 'setTimeout', bound), replace(timers, 'setInterval', bound)];
  return () => {
    for (const restore of undo) restore();
  };
}

function bound(real: Function): Function {
  return (callback: () => void, ...rest: unknown[]): unknown => Reflect.apply(real, timers, [AsyncLocalStorage.bind(callback), ...rest]);
}

/** The parameters of `Socket.connect`: `(port, host?)`, `(options)`, or what `net.connect` made of its own. */
function readTarget(parameters: readonly unknown[]): { readonly host: string; readonly port?: number; readonly onConnect?: () => void } {
  const [first, second] = Array.isArray(parameters[0]) ? (parameters[0] as unknown[]) : parameters;
  const onConnect = parameters.flat().find((parameter): parameter is () => void => typeof parameter === 'function');
  const callback = onConnect === undefined ? {} : { onConnect };
  if (typeof first === 'number') return { host: typeof second === 'string' ? second : 'localhost', port: first, ...callback };
  const { host = 'localhost', port } = (first ?? {}) as { readonly host?: string; readonly port?: number | string };
  return { host, ...(port === undefined ? {} : { port: Number(port) }), ...callback };
}

function refuse({ account }: Caller, message: string): never {
  const error = new NotModelledError(message);
  account.clock.fail(error);
  throw error;
}
