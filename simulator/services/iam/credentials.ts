import type { AccessKey, MfaDevice, MfaKind, Password } from './principals.ts';

/** Credentials as a scenario describes them, completed: whatever has no time of its own was made with its user. */
export function passwordOf(described: Partial<Password>, userCreatedAt: number): Password {
  const createdAt = described.createdAt ?? userCreatedAt;
  return { isResetRequired: false, lastChangedAt: createdAt, ...described, createdAt };
}

export function accessKeyOf(described: Partial<AccessKey>, userCreatedAt: number, newId: () => string): AccessKey {
  return { status: 'Active', createdAt: userCreatedAt, ...described, id: described.id ?? newId() };
}

export function mfaDeviceOf(kind: MfaKind, serialNumber: string, enabledAt: number): MfaDevice {
  return { kind, serialNumber, enabledAt };
}
