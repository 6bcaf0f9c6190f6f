"""Tables on disk: read, checked by the codebook, written all or none; settings that people write."""
