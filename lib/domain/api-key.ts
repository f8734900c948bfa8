export interface ApiKey {
  hash: string;
  team: string;
  label: string;
  createdAt: number;
  readOnly?: boolean;
  operator?: boolean;
  /** The channels that it may use, the first one being its default; absent: the team's. */
  channels?: string[];
  /** The projects that it may use, the first one being its default; absent: all. */
  projects?: string[];
  expiresAt?: number;
  revokedAt?: number;
  /** The operator who created it, and who first revoked it: an ARN of AWS, or user@host. */
  createdBy?: string;
  revokedBy?: string;
}
