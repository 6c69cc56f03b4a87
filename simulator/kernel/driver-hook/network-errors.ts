import type { LineFailure } from '../../physics/database/line.ts';

/** System errors as Node.js makes them: codes, numbers of Linux, and messages. */

interface SystemErrorFields {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly [name: string]: unknown;
}

/** What `dns.lookup` says of a name that is not known. */
export function lookupFailed(host: string): Error {
  return systemError(`getaddrinfo ENOTFOUND ${host}`, { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname: host });
}

/** What a socket says of a connection that does not come about, or breaks. */
export function connectionFailed(failure: LineFailure, target: { readonly host: string; readonly address: string; readonly port: number }): Error {
  const { host, address, port } = target;
  switch (failure) {
    case 'unknown-host':
      return lookupFailed(host);
    case 'refused':
      return systemError(`connect ECONNREFUSED ${address}:${port}`, { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address, port });
    case 'connect-timed-out':
      return systemError(`connect ETIMEDOUT ${address}:${port}`, { code: 'ETIMEDOUT', errno: -110, syscall: 'connect', address, port });
    case 'reset':
      return systemError('read ECONNRESET', { code: 'ECONNRESET', errno: -104, syscall: 'read' });
    case 'timed-out':
      return systemError('read ETIMEDOUT', { code: 'ETIMEDOUT', errno: -110, syscall: 'read' });
  }
}

function systemError(message: string, fields: SystemErrorFields): Error {
  return Object.assign(new Error(message), fields);
}
