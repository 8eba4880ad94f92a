"""Words of the privacy sheet: English, French and German."""
