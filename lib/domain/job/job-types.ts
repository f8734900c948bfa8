const JOB_TYPES = new Map([
  ["create_share", "Create share"],
  ["hpc_create_share", "Create HPC share"],
  ["delete_share", "Delete share"],
  ["extend_share", "Extend share"],
  ["change_security_group", "Change security group"],
  ["create_obs_target", "Add storage backend"],
  ["delete_obs_target", "Remove storage backend"],
  ["bind_ldap", "Bind LDAP"],
  ["unbind_ldap", "Unbind LDAP"],
  ["update_ldap", "Update LDAP"],
  ["add_ad_domain", "Join AD domain"],
  ["change_ad_domain", "Change AD domain"],
  ["quit_ad_domain", "Leave AD domain"],
  ["dir_usage", "Directory usage"],
  ["hpc_cache", "HPC cache task"],
  ["hpc_cache_export", "HPC cache export"],
  ["hpc_cache_import", "HPC cache import"],
  ["hpc_cache_import_metadata", "HPC cache metadata import"],
  ["hpc_cache_preload", "HPC cache preload"],
]);

/** The known types, as the cloud spells them. */
export const JOB_TYPE_NAMES = [...JOB_TYPES.keys()];

/** Returns the name of a type for people. An unknown type keeps the cloud's word, with spaces. */
export function typeName(jobType: string): string {
  return JOB_TYPES.get(jobType) ?? capitalised(jobType);
}

/** Services other than SFS Turbo write `createServer`. */
function capitalised(jobType: string): string {
  const words = jobType
    .replaceAll("_", " ")
    .replaceAll(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
