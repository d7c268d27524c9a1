"""What is bought ahead: packs of sessions, and the seats they hold."""
