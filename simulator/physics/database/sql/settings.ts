import { NotModelledError } from '../../../kernel/aws-error.ts';
import type { Engine } from './syntax.ts';

/** Defaults of RDS for parameters that a session may ask for, as the engine shows them. Any other is not modelled. */
const defaults: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  postgres: {
    fsync: 'on',
    full_page_writes: 'on',
    'rds.force_ssl': '1',
    synchronous_commit: 'on',
    transaction_read_only: 'off',
    timezone: 'UTC',
  },
  mysql: {
    innodb_doublewrite: 'ON',
    innodb_flush_log_at_trx_commit: '1',
    read_only: 'OFF',
    require_secure_transport: 'ON',
    sync_binlog: '1',
    time_zone: 'UTC',
  },
};

/** Of the template, whatever its spelling of yes and no. */
export type Parameters = Readonly<Record<string, string>>;

/** What a parameter of the server is, as a session shows it. */
export function settingOf(engine: Engine, parameters: Parameters, name: string): string {
  const key = name.toLowerCase();
  const otherwise = defaults[engine][key];
  if (otherwise === undefined) throw new NotModelledError(`The simulated database does not know the parameter ${name} of ${engine}.`);
  const value = parameters[key] ?? otherwise;
  const isSwitch = /^(?:on|off)$/iu.test(otherwise);
  if (!isSwitch || !/^(?:on|off|0|1|true|false)$/iu.test(value)) return value;
  const isOn = /^(?:on|1|true)$/iu.test(value);
  const text = isOn ? 'on' : 'off';
  return engine === 'postgres' ? text : text.toUpperCase();
}

/** The same as `SELECT @@GLOBAL.name` gives it: switches of MySQL are 1 and 0 there. */
export function mysqlVariable(parameters: Parameters, name: string): string | number {
  const value = settingOf('mysql', parameters, name);
  if (value === 'ON' || value === 'OFF') return Number(value === 'ON');
  return /^\d+$/u.test(value) ? Number(value) : value;
}

/** Whether a connection without TLS is refused. */
export function needsEncryption(engine: Engine, parameters: Parameters): boolean {
  const value = settingOf(engine, parameters, engine === 'postgres' ? 'rds.force_ssl' : 'require_secure_transport');
  return value === '1' || value === 'ON';
}

/**
 * For how long commits are acknowledged before they are safe, at most, in milliseconds; 0 where none is. PostgreSQL:
 * three times `wal_writer_delay` (documentation, "Asynchronous Commit"). MySQL writes its logs once a second
 * (reference manual, `innodb_flush_log_at_trx_commit`), and rolls back what its binary log lacks (`sync_binlog`).
 */
export function unsafeMilliseconds(engine: Engine, parameters: Parameters): number {
  if (engine === 'postgres') return settingOf(engine, parameters, 'synchronous_commit') === 'off' ? 600 : 0;
  const isSafe = ['innodb_flush_log_at_trx_commit', 'sync_binlog'].every((name) => settingOf(engine, parameters, name) === '1');
  return isSafe ? 0 : 1000;
}
