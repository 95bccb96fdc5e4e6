"""What people take away: sheets, a page, a manifest; one writer, all or none."""
