"""What administrators read: `mappings` of roles and channels, `overview` of everything, `setup`; `ids`: custom ids."""
