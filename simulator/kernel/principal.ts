/** Who makes a call. */
export type Principal =
  /** A session of a role: its policies are enforced. */
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly session: string;
      /** Of the function whose code calls; absent where Lambda itself does by the function's role. */
      readonly functionArn?: string;
    }
  /** An AWS service on its own behalf (health checks, log delivery): resource policies decide where there is one. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn?: string }
  /** The person or the world outside, that a scenario plays. Nothing is enforced. */
  | { readonly kind: 'outside'; readonly name: string };

/** A short name for records and error messages. */
export function describePrincipal(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
      return principal.roleArn;
    case 'service':
      return principal.service;
    case 'outside':
      return principal.name;
  }
}
