"""Who calls and what they may see: keys, subtrees of sites, audit, sealed phones, purge."""
