import { NotModelledError } from '../../kernel/aws-error.ts';
import type { BusEvent } from '../eventbridge.ts';

/**
 * Marks the entry of a call with which EventBridge itself sends an event on to another bus: source, Region and time stay
 * those of the event. No caller can make such an entry.
 */
export const forwarded = Symbol('forwarded event');

const onTheirWay = new WeakSet<BusEvent>();

export function forwardedEntry(event: BusEvent, busArn: string): object {
  // A chain of buses could be a circle; the project has none.
  if (onTheirWay.has(event)) throw new NotModelledError(`The event ${event.id} would be sent on to a second bus, ${busArn}: not modelled.`);
  const copy = { ...event };
  onTheirWay.add(copy);
  return {
    Source: event.source,
    DetailType: event['detail-type'],
    Detail: JSON.stringify(event.detail),
    EventBusName: busArn,
    [forwarded]: copy,
  };
}

export function isBusArn(arn: string): boolean {
  const [, , service, , , resource = ''] = arn.split(':');
  return service === 'events' && resource.startsWith('event-bus/');
}

export function regionOfArn(arn: string): string {
  return arn.split(':', 4)[3] ?? '';
}

/** A bus by its name or ARN. */
export function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.slice(nameOrArn.lastIndexOf('/') + 1) ?? 'default';
}

/** ISO 8601 without fractions, as events carry their time. */
export function wholeSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
