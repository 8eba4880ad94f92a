from tests.alerts.golden import write_files

write_files()
