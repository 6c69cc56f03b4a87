import { readFileSync } from 'node:fs';
import * as ec2 from 'aws-cdk-lib/aws-ec2';

export interface PlaceholderSiteOptions {
  readonly port: number;
  readonly healthCheckPath: string;
}

/** The program that answers until the application is deployed. Kept as a file, so that a test can run it. */
export const PLACEHOLDER_PROGRAM = new URL('./placeholder-site.py', import.meta.url);

/**
 * User data that makes a fresh Amazon Linux 2023 instance answer the health check. It installs nothing and
 * reaches nothing: the interpreter is part of the image, so an instance comes up even when updates are
 * unreachable. It holds no secret: whoever may describe instances can read user data.
 *
 * The application replaces the unit `webmarket.service`, by its own image or deployment tool.
 */
export function placeholderUserData(options: PlaceholderSiteOptions): ec2.UserData {
  const userData = ec2.UserData.forLinux();
  userData.addCommands(
    'set -euo pipefail',
    'install -d -m 0755 /opt/webmarket',
    "cat > /opt/webmarket/placeholder-site.py <<'PROGRAM'",
    readFileSync(PLACEHOLDER_PROGRAM, 'utf8').trimEnd(),
    'PROGRAM',
    "cat > /etc/systemd/system/webmarket.service <<'UNIT'",
    '[Unit]',
    'Description=WebMarket+ placeholder, until the application is deployed',
    'After=network.target',
    '',
    '[Service]',
    // The whole path: /usr/bin/python3 is the system interpreter of AL2023, there for dnf.
    `ExecStart=/usr/bin/python3 /opt/webmarket/placeholder-site.py ${options.port} ${options.healthCheckPath}`,
    'Restart=always',
    'RestartSec=1',
    'DynamicUser=yes',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'PrivateTmp=yes',
    'LimitNOFILE=65536',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    'UNIT',
    'systemctl daemon-reload',
    'systemctl enable --now webmarket.service',
  );
  return userData;
}
