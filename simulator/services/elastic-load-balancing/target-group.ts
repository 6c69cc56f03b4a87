import type { Account } from '../../kernel/account.ts';
import type { Cancel } from '../../kernel/clock.ts';
import type { Instance } from '../ec2/instances.ts';
import type { Tags } from '../ec2/network.ts';

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

export interface Target {
  readonly instance: Instance;
  readonly port: number;
  readonly registeredAt: number;
  state: TargetState;
  /** Reason code of the API; absent for a healthy target. */
  reason: string | undefined;
  description: string | undefined;
}

export interface HealthCheck {
  readonly path: string;
  readonly protocol: string;
  readonly port: string;
  readonly matcher: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface TargetGroupDefinition {
  readonly name: string;
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  readonly vpcId: string;
  readonly targetType: string;
  readonly healthCheck: HealthCheck;
  readonly deregistrationDelaySeconds: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

const descriptions: Readonly<Record<string, string>> = {
  'Elb.InitialHealthChecking': 'Initial health checks in progress',
  'Target.FailedHealthChecks': 'Health checks failed',
  'Target.Timeout': 'Request timed out',
  'Target.DeregistrationInProgress': 'Target deregistration is in progress',
  'Target.InvalidState': 'Target is in the stopped or terminated state',
};

/**
 * The targets of one group. Health checks are not run one by one: the next change of a target's state is computed
 * from when its application answers, and waited for.
 */
export class TargetGroup {
  readonly account: Account;
  definition: TargetGroupDefinition;
  readonly targets = new Map<string, Target>();
  readonly #timers = new Map<string, Cancel>();

  constructor(account: Account, definition: TargetGroupDefinition) {
    this.account = account;
    this.definition = definition;
  }

  register(instance: Instance): void {
    const existing = this.targets.get(instance.id);
    if (existing !== undefined && existing.state !== 'draining') return;
    const now = this.account.clock.now();
    const target: Target = { instance, port: this.definition.port, registeredAt: now, state: 'initial', reason: undefined, description: undefined };
    this.targets.set(instance.id, target);
    become(target, 'initial', 'Elb.InitialHealthChecking');
    this.#awaitFirstCheck(target);
  }

  /** Starts draining and gives the time at which the target is gone. */
  deregister(instanceId: string): number {
    const target = this.targets.get(instanceId);
    const now = this.account.clock.now();
    if (target === undefined) return now;
    become(target, 'draining', 'Target.DeregistrationInProgress');
    const goneAt = now + this.definition.deregistrationDelaySeconds * 1000;
    this.#after(target, goneAt, () => this.#remove(target));
    return goneAt;
  }

  /** To be called when an instance stops answering the load balancer, or answers it again. */
  answeringChanged(instanceId: string): void {
    const target = this.targets.get(instanceId);
    if (target === undefined || target.state === 'draining' || target.state === 'unused') return;
    // Its first checks are still to come: one that passes is enough.
    if (target.state === 'initial') return this.#awaitFirstCheck(target);
    const { healthyThreshold, unhealthyThreshold, intervalSeconds } = this.definition.healthCheck;
    const now = this.account.clock.now();
    const answersAt = this.account.shop.answersAt(target.instance, this);
    if (answersAt > now) {
      const failsAt = this.#nextCheck() + (unhealthyThreshold - 1) * intervalSeconds * 1000;
      this.#after(target, failsAt, () => {
        this.#fail(target);
        if (answersAt < Infinity) this.#after(target, answersAt + healthyThreshold * intervalSeconds * 1000, () => this.#pass(target));
      });
      return;
    }
    if (target.state === 'healthy') return this.#cancel(target);
    const passesAt = this.#nextCheck() + (healthyThreshold - 1) * intervalSeconds * 1000;
    this.#after(target, passesAt, () => this.#pass(target));
  }

  /** The instance ended without being deregistered. */
  instanceEnded(instanceId: string): void {
    const target = this.targets.get(instanceId);
    if (target === undefined || target.state === 'draining') return;
    this.#cancel(target);
    become(target, 'unused', 'Target.InvalidState');
  }

  /**
   * A registered target needs one passed check to become healthy; one that fails the threshold first is unhealthy,
   * and then needs the full healthy threshold (ALB user guide, "Health checks for your target groups").
   */
  #awaitFirstCheck(target: Target): void {
    const { healthyThreshold, unhealthyThreshold, intervalSeconds } = this.definition.healthCheck;
    const interval = intervalSeconds * 1000;
    const firstCheck = this.#nextCheck();
    const answersAt = this.account.shop.answersAt(target.instance, this);
    const passesAt = firstCheck + Math.max(0, Math.ceil((answersAt - firstCheck) / interval)) * interval;
    const failsAt = firstCheck + (unhealthyThreshold - 1) * interval;
    if (passesAt <= failsAt) {
      this.#after(target, passesAt, () => this.#pass(target));
      return;
    }
    this.#after(target, failsAt, () => {
      this.#fail(target);
      if (passesAt < Infinity) this.#after(target, passesAt + (healthyThreshold - 1) * interval, () => this.#pass(target));
    });
  }

  /** Checks of a target run every interval, from a moment of its own. */
  #nextCheck(): number {
    const interval = this.definition.healthCheck.intervalSeconds * 1000;
    return this.account.clock.now() + Math.round(this.account.random.stream('elastic-load-balancing.check').between(0.1, 1) * interval);
  }

  #pass(target: Target): void {
    become(target, 'healthy', undefined);
  }

  #fail(target: Target): void {
    const isReached = this.account.shop.isReached(target.instance, this);
    become(target, 'unhealthy', isReached ? 'Target.FailedHealthChecks' : 'Target.Timeout');
    this.account.autoScaling.targetFailed(target.instance.id);
  }

  #remove(target: Target): void {
    this.#cancel(target);
    if (this.targets.get(target.instance.id) === target) this.targets.delete(target.instance.id);
  }

  #after(target: Target, at: number, change: () => void): void {
    this.#cancel(target);
    this.#timers.set(target.instance.id, this.account.clock.at(at, change));
  }

  #cancel(target: Target): void {
    this.#timers.get(target.instance.id)?.();
    this.#timers.delete(target.instance.id);
  }
}

function become(target: Target, state: TargetState, reason: string | undefined): void {
  target.state = state;
  target.reason = reason;
  target.description = reason === undefined ? undefined : descriptions[reason];
}
