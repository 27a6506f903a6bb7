package ui

// iconPaths returns the strokes of an icon on a 24 by 24 grid; an unknown name
// has none, so the page still stands.
func iconPaths(name string) []string {
	switch name {
	case "arrow-right":
		return []string{"M4 12h15", "M13 6l6 6-6 6"}
	case "arrow-left":
		return []string{"M20 12H5", "M11 6l-6 6 6 6"}
	case "chevron-down":
		return []string{"M6 9.500l6 6 6-6"}
	case "check":
		return []string{"M5 12.500l4.500 4.500L19 7.500"}
	case "cross":
		return []string{"M6 6l12 12", "M18 6L6 18"}
	case "plus":
		return []string{"M12 5v14", "M5 12h14"}
	case "trash":
		return []string{"M5 7h14", "M10 7V5h4v2", "M7 7l1 12h8l1-12", "M10.500 10.500v5", "M13.500 10.500v5"}
	case "menu":
		return []string{"M4 7h16", "M4 12h16", "M4 17h16"}
	case "person":
		return []string{"M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.500 20c.8-3.800 3.800-5.500 7.500-5.500s6.700 1.700 7.500 5.500"}
	case "people":
		return []string{"M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z", "M2.500 19.500c.6-3.400 3.200-5 6.500-5s5.900 1.600 6.500 5", "M15.500 4.800a3.500 3.500 0 0 1 0 6.400", "M18 14.800c2 .7 3.200 2.300 3.600 4.700"}
	case "log-out":
		return []string{"M14 4H6v16h8", "M10.500 12H20", "M16.500 8.500L20 12l-3.500 3.500"}
	case "clock":
		return []string{"M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7v5.500l3.500 2"}
	default:
		return serviceIcon(name)
	}
}

// serviceIcon has the pictures of services and documents.
func serviceIcon(name string) []string {
	switch name {
	case "calendar":
		return []string{"M5 6h14v14H5z", "M5 10.500h14", "M9 3.500v4", "M15 3.500v4"}
	case "document":
		return []string{"M6 3.500h8l4 4v13H6z", "M14 3.500v4h4", "M9 12h6", "M9 16h6"}
	case "download":
		return []string{"M12 4v11", "M7.500 11l4.500 4.500 4.500-4.500", "M5 20h14"}
	case "upload":
		return []string{"M12 16V5", "M7.500 9.500L12 5l4.500 4.500", "M5 20h14"}
	case "home":
		return []string{"M4 11.500L12 4l8 7.500", "M6.500 9.500V20h11V9.500", "M10 20v-6h4v6"}
	case "kindergarten":
		return []string{"M12 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M12 9.500v6", "M7 12l5-1.500 5 1.500", "M12 15.500L8.500 20.500", "M12 15.500l3.500 5"}
	case "school":
		return []string{"M3 9.500l9-4.500 9 4.500-9 4.500z", "M7 12v4.500c1.500 1.500 3 2 5 2s3.500-.5 5-2V12", "M21 9.500v6"}
	case "heart":
		return []string{"M12 20c-5-3.500-8-6.500-8-10.300A4.200 4.200 0 0 1 12 7.500a4.200 4.200 0 0 1 8 2.200C20 13.500 17 16.500 12 20z"}
	case "building":
		return []string{"M5 20.500v-16h9v16", "M14 9.500h5v11", "M3 20.500h18", "M8 8.500h3", "M8 12h3", "M8 15.500h3"}
	case "bell":
		return []string{"M6 16.500c1.200-1.300 1.500-3 1.500-6a4.500 4.500 0 0 1 9 0c0 3 .3 4.700 1.500 6z", "M10.500 19.500h3", "M12 3.500V6"}
	case "message":
		return []string{"M4 5.500h16v11h-8.500L7 20v-3.500H4z", "M8 9.500h8", "M8 12.500h5"}
	case "folder":
		return []string{"M3.500 6h6l2 2.500h9v10.500h-17z"}
	case "map":
		return []string{"M9 4.500L3.500 7v12.500L9 17l6 2.500 5.500-2.500V4.500L15 7z", "M9 4.500V17", "M15 7v12.500"}
	case "search":
		return []string{"M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13z", "M15.500 15.500L20.500 20.500"}
	case "info":
		return []string{"M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 11v6", "M12 7.300v.400"}
	case "pencil":
		return []string{"M4.500 19.500l1-4.500L16 4.500l3.500 3.500L9 18.500z", "M13.500 7l3.500 3.500"}
	default:
		return nil
	}
}
