import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Line } from '../../physics/database/line.ts';
import { type Caller, runAsNobody } from '../caller.ts';
import { Gate } from './gate.ts';
import { connectionFailed } from './network-errors.ts';

/** A caller's socket that leads into its account. */
export interface DivertedLine {
  readonly caller: Caller;
  readonly socket: Socket;
  /** The name that the server's certificate is for; empty before there is a connection. */
  serverName: string;
  /** Where the server's bytes go: the socket, or what encrypts it. */
  sink: Duplex;
  /** Runs once the server has agreed to TLS. */
  onSecured: () => void;
  send(bytes: Buffer): void;
  secure(): void;
}

const lines = new WeakMap<object, DivertedLine>();

export function divertedLine(socket: object): DivertedLine | undefined {
  return lines.get(socket);
}

/** Makes a real socket, not yet connected, one end of a connection into the caller's account. */
export function divert(socket: Socket, target: { readonly host: string; readonly port: number }, caller: Caller): Socket {
  // What the network tells a socket happens in the context of whoever connected it, as in Node.js.
  const inContext = AsyncLocalStorage.snapshot();
  const told = (tell: () => void): void => {
    if (!caller.isGone()) inContext(tell);
  };
  const gate = new Gate();
  const diverted: DivertedLine = {
    caller,
    socket,
    serverName: '',
    sink: socket,
    onSecured: () => {},
    send: (bytes) => act((line) => line.send(bytes)),
    secure: () => act((line) => line.secure()),
  };
  const act = (what: (line: Line) => void): void => {
    if (!caller.isGone()) runAsNobody(() => what(line));
  };
  Object.assign(socket, { connecting: true }, streamMembers(socket, act, gate));
  lines.set(socket, diverted);
  const line = runAsNobody(() =>
    caller.account.databaseServers.dial({ ...target, caller }, {
      established: (serverName) =>
        told(() => {
          diverted.serverName = serverName;
          Object.assign(socket, { connecting: false });
          gate.open();
          socket.emit('connect');
          socket.emit('ready');
        }),
      secured: () => told(() => diverted.onSecured()),
      receive: (bytes) => told(() => void diverted.sink.push(bytes)),
      end: () =>
        told(() => {
          socket.push(null);
          if (diverted.sink !== socket) diverted.sink.push(null);
        }),
      fail: (failure, address) => told(() => void diverted.sink.destroy(connectionFailed(failure, { ...target, address: address ?? target.host }))),
    }),
  );
  return socket;
}

/** What the socket would have had from its handle of the operating system. */
function streamMembers(socket: Socket, act: (what: (line: Line) => void) => void, gate: Gate): object {
  type Done = (error?: Error | null) => void;
  return {
    _read: () => {},
    _writev: null,
    _write: (chunk: string | Uint8Array, encoding: BufferEncoding, done: Done) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
      gate.pass(() => {
        act((line) => line.send(bytes));
        done();
      });
    },
    _final: (done: Done) => {
      act((line) => line.finish());
      done();
    },
    _destroy: (error: Error | null, done: Done) => {
      act((line) => line.abort());
      done(error);
      // A socket says that it is closed once its handle is: streams leave it to it.
      process.nextTick(() => socket.emit('close', error !== null));
    },
  };
}
