import type { InstanceTypeInfo } from '../../services/ec2/instance-types.ts';

/** CPU credits of one burstable instance. T3, T3a and T4g begin with none: they get no launch credits. */
export interface CreditAccount {
  balance: number;
  /** Spent beyond what was earned, in unlimited mode: paid back by later earnings, or billed when the instance ends. */
  surplus: number;
  /** Credits that are billed for certain. */
  charged: number;
}

export function newCreditAccount(): CreditAccount {
  return { balance: 0, surplus: 0, charged: 0 };
}

/**
 * One minute of a burstable instance, and the share of its vCPUs (0 to 1) that it could really use of `wanted`.
 * One credit is one vCPU at 100 % for a minute; standard mode stops at what is banked, unlimited mode goes on and
 * is billed beyond 24 hours' worth of earnings (EC2 user guide, "Key concepts" and "Unlimited mode concepts").
 */
export function spendMinute(account: CreditAccount, type: InstanceTypeInfo, mode: 'standard' | 'unlimited', wanted: number): number {
  const { credits, vCpus } = type;
  if (credits === undefined) return wanted;
  const earned = credits.earnedPerHour / 60;
  const allowed = mode === 'unlimited' ? wanted : Math.min(wanted, (account.balance + earned) / vCpus);
  const net = earned - allowed * vCpus;
  if (net >= 0) {
    const repaid = Math.min(net, account.surplus);
    account.surplus -= repaid;
    account.balance = Math.min(credits.maximum, account.balance + net - repaid);
    return allowed;
  }
  const fromBalance = Math.min(account.balance, -net);
  account.balance -= fromBalance;
  account.surplus += -net - fromBalance;
  if (account.surplus > credits.maximum) {
    account.charged += account.surplus - credits.maximum;
    account.surplus = credits.maximum;
  }
  return allowed;
}
