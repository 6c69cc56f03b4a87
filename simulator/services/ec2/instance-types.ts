import { NotModelledError } from '../../kernel/aws-error.ts';

/** CPU credits of a burstable type; one credit is one vCPU at 100 % for one minute. */
export interface CreditRates {
  readonly earnedPerHour: number;
  /** The most that can be banked: what is earned in 24 hours. */
  readonly maximum: number;
  /** Share of each vCPU that earnings sustain, 0 to 1. */
  readonly baseline: number;
}

export interface InstanceTypeInfo {
  readonly name: string;
  readonly vCpus: number;
  readonly memoryMebibytes: number;
  readonly credits?: CreditRates;
}

interface BurstableSize {
  readonly vCpus: number;
  readonly memoryGibibytes: number;
  readonly earnedPerHour: number;
}

/**
 * T3, T3a and T4g share vCPUs, memory and credits (EC2 user guide, "Key concepts for burstable performance instances",
 * table of credits; read 2026-11).
 */
const burstableSizes: Readonly<Record<string, BurstableSize>> = {
  nano: { vCpus: 2, memoryGibibytes: 0.5, earnedPerHour: 6 },
  micro: { vCpus: 2, memoryGibibytes: 1, earnedPerHour: 12 },
  small: { vCpus: 2, memoryGibibytes: 2, earnedPerHour: 24 },
  medium: { vCpus: 2, memoryGibibytes: 4, earnedPerHour: 24 },
  large: { vCpus: 2, memoryGibibytes: 8, earnedPerHour: 36 },
  xlarge: { vCpus: 4, memoryGibibytes: 16, earnedPerHour: 96 },
  '2xlarge': { vCpus: 8, memoryGibibytes: 32, earnedPerHour: 192 },
};

/** vCPUs by size, of the families whose sizes double (EC2 instance types guide). */
const sixthGenerationSizes: Readonly<Record<string, number>> = {
  large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32, '12xlarge': 48, '16xlarge': 64, '24xlarge': 96, '32xlarge': 128,
};
const fifthGenerationSizes: Readonly<Record<string, number>> = {
  large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32, '12xlarge': 48, '16xlarge': 64, '24xlarge': 96,
};
const c5Sizes: Readonly<Record<string, number>> = {
  large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '9xlarge': 36, '12xlarge': 48, '18xlarge': 72, '24xlarge': 96,
};

/** GiB a vCPU: compute 2, general 4, memory 8 (EC2 instance types guide). */
const fixedFamilies: Readonly<Record<string, { readonly sizes: Readonly<Record<string, number>>; readonly gibibytesPerVCpu: number }>> = {
  c5: { sizes: c5Sizes, gibibytesPerVCpu: 2 },
  c5a: { sizes: fifthGenerationSizes, gibibytesPerVCpu: 2 },
  c6i: { sizes: sixthGenerationSizes, gibibytesPerVCpu: 2 },
  m5: { sizes: fifthGenerationSizes, gibibytesPerVCpu: 4 },
  m5a: { sizes: fifthGenerationSizes, gibibytesPerVCpu: 4 },
  m6i: { sizes: sixthGenerationSizes, gibibytesPerVCpu: 4 },
  r5: { sizes: fifthGenerationSizes, gibibytesPerVCpu: 8 },
  r6i: { sizes: sixthGenerationSizes, gibibytesPerVCpu: 8 },
};

const types = new Map<string, InstanceTypeInfo>(allTypes().map((type) => [type.name, type]));

/** Families that the quota `L-1216C47A` counts together. */
const standardFamilies = new Set(['a', 'c', 'd', 'h', 'i', 'm', 'r', 't', 'z']);

export function findInstanceType(name: string): InstanceTypeInfo | undefined {
  return types.get(name);
}

/** Throws for a type that the table lacks: its vCPUs would be a guess. */
export function instanceType(name: string): InstanceTypeInfo {
  const type = types.get(name);
  if (type === undefined) throw new NotModelledError(`The instance type ${name} is not in the simulated account's table.`);
  return type;
}

export function knownInstanceTypes(): readonly InstanceTypeInfo[] {
  return [...types.values()];
}

export function isStandardFamily(name: string): boolean {
  return standardFamilies.has(name.charAt(0));
}

function allTypes(): InstanceTypeInfo[] {
  const burstable = ['t3', 't3a', 't4g'].flatMap((family) =>
    Object.entries(burstableSizes).map(([size, { vCpus, memoryGibibytes, earnedPerHour }]): InstanceTypeInfo => ({
      name: `${family}.${size}`,
      vCpus,
      memoryMebibytes: memoryGibibytes * 1024,
      credits: { earnedPerHour, maximum: earnedPerHour * 24, baseline: earnedPerHour / 60 / vCpus },
    })),
  );
  const fixed = Object.entries(fixedFamilies).flatMap(([family, { sizes, gibibytesPerVCpu }]) =>
    Object.entries(sizes).map(([size, vCpus]): InstanceTypeInfo => ({
      name: `${family}.${size}`,
      vCpus,
      memoryMebibytes: vCpus * gibibytesPerVCpu * 1024,
    })),
  );
  return [...burstable, ...fixed];
}
