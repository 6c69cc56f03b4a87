import { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { DivertedLine } from './diverted-socket.ts';
import { Gate } from './gate.ts';
import { authoritiesOf, isTrusted } from './trust.ts';

/** TLS over a diverted socket: nothing is encrypted, but who does not trust the server's certificate goes no further. */
export class SecureStream extends Duplex {
  readonly encrypted = true;
  authorized = false;

  readonly #line: DivertedLine;
  readonly #options: tls.ConnectionOptions;
  readonly #gate = new Gate();

  constructor(line: DivertedLine, options: tls.ConnectionOptions, onSecure: (() => void) | undefined) {
    super({ allowHalfOpen: false });
    this.#line = line;
    this.#options = options;
    if (onSecure !== undefined) this.once('secureConnect', onSecure);
    line.sink = this;
    line.onSecured = () => this.#finishHandshake();
    line.socket.once('close', () => this.destroy());
    line.secure();
  }

  /** What the server shows: a name, and nothing else that anybody reads. */
  getPeerCertificate(): object {
    const { serverName } = this.#line;
    return { subject: { CN: serverName }, subjectaltname: `DNS:${serverName}` };
  }

  isSessionReused(): boolean {
    return false;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const bytes = Buffer.from(chunk);
    this.#gate.pass(() => {
      this.#line.send(bytes);
      done();
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#line.socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    done(error);
    // Who hears that the socket is closed has heard of the error before.
    process.nextTick(() => this.#line.socket.destroy());
  }

  #finishHandshake(): void {
    const refusal = this.#options.rejectUnauthorized === false ? undefined : this.#refusal();
    if (refusal !== undefined) {
      this.destroy(refusal);
      return;
    }
    this.authorized = this.#options.rejectUnauthorized !== false;
    this.#gate.open();
    this.emit('secureConnect');
  }

  #refusal(): Error | undefined {
    const { checkServerIdentity = tls.checkServerIdentity, host, servername } = this.#options;
    if (!isTrusted(authoritiesOf(this.#options), this.#line.caller.account.region)) {
      return Object.assign(new Error('self-signed certificate in certificate chain'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    }
    return checkServerIdentity(servername ?? host ?? '', this.getPeerCertificate() as tls.PeerCertificate);
  }
}
