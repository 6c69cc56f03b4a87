import { administrationPorts, definePublicRuleCheck, servicesIn } from '../network-public-rules.ts';

/** Ports of EC2.19 (Security Hub user guide, Amazon EC2 controls), and of further things that take orders without asking who gives them. */
const highRiskPorts = {
  ...administrationPorts,
  20: 'FTP', 21: 'FTP', 23: 'Telnet', 25: 'SMTP', 110: 'POP3', 135: 'RPC', 143: 'IMAP', 445: 'CIFS', 1433: 'SQL Server', 1434: 'SQL Server',
  3000: 'web development', 3306: 'MySQL', 4333: 'ahsp', 5000: 'web development', 5432: 'PostgreSQL', 5500: 'fcp-addr-srvr1',
  5601: 'OpenSearch Dashboards', 8080: 'proxy', 8088: 'HTTP', 8888: 'HTTP', 9200: 'OpenSearch', 9300: 'OpenSearch',
  111: 'portmapper', 139: 'NetBIOS', 389: 'LDAP', 512: 'rexec', 513: 'rlogin', 514: 'rsh', 873: 'rsync', 1521: 'Oracle', 2049: 'NFS',
  2375: 'Docker', 2376: 'Docker', 2379: 'etcd', 5900: 'VNC', 5984: 'CouchDB', 5985: 'WinRM', 5986: 'WinRM', 6379: 'Redis', 6443: 'Kubernetes',
  9042: 'Cassandra', 9092: 'Kafka', 10_250: 'kubelet', 11_211: 'Memcached', 27_017: 'MongoDB',
} as const;

export const highRiskPortOpen = definePublicRuleCheck({
  id: 'SG6',
  title: 'Nobody on the internet reaches databases, caches, file shares or remote control',
  description:
    'A rule that lets everybody in to a port on which such a service listens by custom, alone or in a range. It says what is exposed where SG5 only says that something is.',
  severity: 'high',
  references: ['EC2.19'],
  exposes: (traffic) => servicesIn(traffic, highRiskPorts),
});
